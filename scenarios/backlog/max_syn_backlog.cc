// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_max_syn_backlog: what is left of it.
//
// It is still described as the length of the SYN queue (ip-sysctl.rst, listen(2)). Since Linux 4.4
// the backlog of listen() is that limit (inet_csk_reqsk_queue_is_full), and the sysctl asks only
// one question, and only with tcp_syncookies=0: once more than three quarters of it are taken,
// the rest is for clients that the host has had a connection with before (tcp_conn_request,
// tcp_peer_is_proven: a round trip in its TCP metrics, ip-tcp_metrics(8)). A stranger's SYN is then
// ignored: ListenDrops, and neither TCPReqQFullDrop nor ListenOverflows. Known clients may exceed
// it.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

void SetSynQueue(Host& host, int syncookies, int max_syn_backlog) {
  host.sysctls().Set("net.ipv4.tcp_syncookies", syncookies);
  host.sysctls().Set("net.ipv4.tcp_max_syn_backlog", max_syn_backlog);
}

// Clients whose handshake lacks its last ACK.
std::vector<Socket> LeaveRequests(Host& clients, Host& server, int count) {
  std::vector<Socket> sockets;
  for (int made = 1; made <= count; ++made) {
    Socket& client = sockets.emplace_back(clients.NewSocket(fmt::format("request{}", made)));
    EXPECT_THAT(client.Connect(server), Returns(0));
    EXPECT_EQ(ServersView(server, client).state, TcpState::kSynRecv);
  }
  return sockets;
}

SCENARIO(
    MaxSynBacklog, LastQuarterIsNotForStrangers,
    .verdict =
        "With tcp_syncookies=0 a new client's SYN is ignored once more than three quarters of "
        "tcp_max_syn_backlog are in SYN-RECV: ListenDrops alone tells.",
    .source = "ip-sysctl.rst, tcp_max_syn_backlog; tcp_conn_request()",
    .outdated = "tcp_max_syn_backlog is no longer the SYN queue's limit; listen()'s backlog is.") {
  ServerHost().sysctls().Set("net.ipv4.tcp_syncookies", 0L);
  if (Cause("tcp_max_syn_backlog = 8")) SetSynQueue(ServerHost(), 0, 8);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer());
  const std::vector<Socket> requests = LeaveRequests(ClientHost(), ServerHost(), 7);

  Socket next = ClientHost().NewSocket("next");
  next.Set(SynCount{1});
  PendingCall connecting = next.StartConnect(ServerHost());
  ASSERT_EQ(next.Snapshot().state, TcpState::kSynSent);
  EXPECT_EQ(ServersView(ServerHost(), next).state, TcpState::kClose);
  EXPECT_THAT(Counted(ServerHost(), before), UnorderedElementsAre(Pair("ListenDrops", 1)));
  EXPECT_THAT(Wire(next), Shows(R"(
      next > server  S  0:0(0)
      quiet 200ms
  )"));
}

SCENARIO(MaxSynBacklog, KnownClientMayExceedIt,
         .verdict =
             "A client that the server has had a connection with is not held to "
             "tcp_max_syn_backlog: its SYNs are queued beyond it.",
         .source = "tcp_peer_is_proven() (net/ipv4/tcp_metrics.c); tcp_conn_request()") {
  SetSynQueue(ServerHost(), 0, 1);
  Socket listener = ServerHost().Listen();
  if (Cause("an earlier connection")) {
    Socket earlier = ClientHost().NewSocket("earlier");
    EXPECT_THAT(earlier.Connect(ServerHost()), Returns(0));
    Socket server = listener.Accept();
    server.Close();
    earlier.Await(TcpState::kCloseWait);
    earlier.Close();
    earlier.Await(TcpState::kClose);
  }
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer());
  const std::vector<Socket> requests = LeaveRequests(ClientHost(), ServerHost(), 2);

  Socket next = ClientHost().NewSocket("next");
  next.SetNonBlocking();
  EXPECT_THAT(next.Connect(ServerHost()), FailsWith(EINPROGRESS));
  ASSERT_EQ(ServersView(ServerHost(), next).state, TcpState::kSynRecv);
  EXPECT_THAT(Counted(ServerHost(), before), UnorderedElementsAre());
}

SCENARIO(MaxSynBacklog, DoesNothingWithSyncookies,
         .verdict =
             "With tcp_syncookies=1, the default, tcp_max_syn_backlog limits nothing: requests "
             "go to SYN-RECV beyond it, and no cookie is sent.",
         .source = "tcp_conn_request() (net/ipv4/tcp_input.c)",
         .outdated =
             "Raising tcp_max_syn_backlog does nothing on a default system; raise listen()'s "
             "backlog and somaxconn.") {
  SetSynQueue(ServerHost(), 0, 1);
  if (Cause("tcp_syncookies = 1")) SetSynQueue(ServerHost(), 1, 1);
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(AckToServer());
  const std::vector<Socket> requests = LeaveRequests(ClientHost(), ServerHost(), 2);

  Socket next = ClientHost().NewSocket("next");
  next.SetNonBlocking();
  EXPECT_THAT(next.Connect(ServerHost()), FailsWith(EINPROGRESS));
  ASSERT_EQ(ServersView(ServerHost(), next).state, TcpState::kSynRecv);
  EXPECT_THAT(Counted(ServerHost(), before), UnorderedElementsAre());
}

}  // namespace
}  // namespace halfopen::backlog

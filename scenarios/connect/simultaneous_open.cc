// SPDX-License-Identifier: GPL-2.0-or-later
// Simultaneous open: two hosts connect to each other, and nobody listens.
//
// A SYN that meets a socket in SYN-SENT takes it to SYN-RECV, which answers with SYN-ACK
// (RFC 9293 3.5, figure 7; tcp_rcv_synsent_state_process). Both connect() return 0, and there is
// one connection, not two. Here the first SYN is lost, so that the other end's meets SYN-SENT.
// Unlike a listener's request, SYN-RECV is a whole socket here.
#include <optional>

#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

constexpr std::uint16_t kClientPort = 4000;

SCENARIO(SimultaneousOpen, BothConnectsSucceedWithoutAListener,
         .verdict =
             "Two bound sockets that connect to each other make one connection: both "
             "connect() return 0, though nobody listens.",
         .source = "RFC 9293 3.5; tcp_rcv_synsent_state_process()") {
  Socket client = ClientHost().NewSocket();
  Socket server = ServerHost().NewSocket();
  client.Bind(kClientPort);
  server.Bind(Socket::kDefaultPort);
  const Counters before = CountersOf(ClientHost());
  Fault lost = ServerHost().Drop(SynTo80().First(1));
  PendingCall connecting = client.StartConnect(ServerHost());
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);

  if (Cause("the server connects too")) {
    EXPECT_THAT(server.Connect(ClientHost(), kClientPort), Returns(0).AtOnce());
  }
  EXPECT_THAT(connecting.Wait(), Returns(0));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));

  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(Contains(Pair("Tcp.ActiveOpens", 1)), Not(Contains(Key("Tcp.PassiveOpens")))));
  EXPECT_THAT(Wire(), Shows(R"(
      client >| server  S   0:0(0)
      server >  client  S   0:0(0)
      client >  server  S.  0:0(0) ack 1
      server >  client  .   1:1(0) ack 1
      client >  server  P.  1:5(4) ack 1
      server >  client  .   1:1(0) ack 5
      quiet 1200ms
  )"));
}

// Holds what a host sends to its peer: it has to ask for the peer's link-layer address first, and
// is not answered. Released by telling it.
class Held {
 public:
  Held(Host& host, Host& peer, std::uint8_t mac) : host_(host), peer_(peer), mac_(mac) {
    if (host.stage().family == IpFamily::kIpv4) {
      peer.sysctls().Set("net.ipv4.conf.all.arp_ignore", 8);  // for no address at all
    } else {
      silent_.emplace(peer.Drop(Input().OfProtocol(Protocol::kIcmpv6)));
    }
    host.links().DeleteNeighbour(kLink, peer.address());
  }
  void Release() { host_.links().AddNeighbour(kLink, peer_.address(), {0x02, 0, 0, 0, 0, mac_}); }

 private:
  static constexpr char kLink[] = "veth0";
  Host& host_;
  Host& peer_;
  std::uint8_t mac_;
  std::optional<Fault> silent_;
};

// With both SYNs on the way at once both ends go to SYN-RECV, and both send a SYN-ACK. The first
// that arrives is taken for the ACK in it (since Linux 6.11 and stable kernels of 2024, commit
// 23e89e8ee7be; a challenge ACK before) and its SYN for old data, which is acknowledged once more,
// with a DSACK. The second finds its end ESTABLISHED: a challenge ACK.
SCENARIO(
    SimultaneousOpen, SynsThatCrossAreBothAnsweredWithSynAck,
    .verdict =
        "SYNs that cross take both ends to SYN-RECV; each sends a SYN-ACK, and both "
        "connect() return 0.",
    .source = "RFC 9293 3.5, figure 7; tcp_rcv_synsent_state_process(), tcp_validate_incoming()") {
  Socket client = ClientHost().NewSocket();
  Socket server = ServerHost().NewSocket();
  client.Bind(kClientPort);
  server.Bind(Socket::kDefaultPort);
  const Counters server_before = CountersOf(ServerHost());
  const Counters client_before = CountersOf(ClientHost());
  Held from_client(ClientHost(), ServerHost(), 0x02);
  Held from_server(ServerHost(), ClientHost(), 0x01);
  PendingCall connecting = client.StartConnect(ServerHost());
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);

  server.SetNonBlocking();
  if (Cause("the server connects too")) {
    EXPECT_THAT(server.Connect(ClientHost(), kClientPort), FailsWith(EINPROGRESS));
  }
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);
  ASSERT_EQ(server.Snapshot().state, TcpState::kSynSent);
  from_client.Release();  // its SYN meets SYN-SENT, whose answer queues up behind the server's SYN
  ASSERT_EQ(server.Snapshot().state, TcpState::kSynRecv);
  from_server.Release();
  EXPECT_THAT(connecting.Wait(), Returns(0));
  EXPECT_EQ(server.Await(TcpState::kEstablished).state, TcpState::kEstablished);

  EXPECT_THAT(Wire(client), Shows(R"(
      client > server  S   0:0(0)
      server > client  S   0:0(0)
      client > server  S.  0:0(0) ack 1
      server > client  .   1:1(0) ack 1
      server > client  S.  0:0(0) ack 1
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(server_before),
              AllOf(Contains(Pair("TcpExt.TCPDSACKOldSent", 1)),
                    Not(Contains(Key("TcpExt.TCPSYNChallenge")))));
  EXPECT_THAT(CountersOf(ClientHost()).Since(client_before),
              Contains(Pair("TcpExt.TCPSYNChallenge", 1)));
}

SCENARIO(SimultaneousOpen, LostAckLeavesOneEndInSynRecv,
         .verdict =
             "If the last ACK of a simultaneous open is lost, one connect() has returned 0 and "
             "the other blocks in SYN-RECV until its SYN-ACK goes out again.",
         .source = "RFC 9293 3.5; tcp_retransmit_timer(), tcp_rcv_state_process()") {
  Socket client = ClientHost().NewSocket();
  Socket server = ServerHost().NewSocket();
  client.Bind(kClientPort);
  server.Bind(Socket::kDefaultPort);
  const auto interval = SynSchedule()[0];
  Fault lost_syn = ServerHost().Drop(SynTo80().First(1));
  Fault lost_ack = ClientHost().Drop(Input().FromPort(80).TcpFlags(kSyn | kAck, kAck).First(1));
  PendingCall connecting = client.StartConnect(ServerHost());
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);

  if (Cause("the server connects too")) {
    EXPECT_THAT(server.Connect(ClientHost(), kClientPort), Returns(0).AtOnce());
  }
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynRecv);
  EXPECT_EQ(client.Snapshot().timer, TimerKind::kOn);
  EXPECT_FALSE(connecting.Done());
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(connecting.Wait(), Returns(0).After(interval));

  EXPECT_THAT(Wire(), Shows(R"(
      client >| server  S   0:0(0)
      server >  client  S   0:0(0)
      client >  server  S.  0:0(0) ack 1
      server >| client  .   1:1(0) ack 1
      client >  server  S.  0:0(0) ack 1
      server >  client  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

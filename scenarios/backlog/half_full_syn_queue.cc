// SPDX-License-Identifier: GPL-2.0-or-later
// A SYN queue that is more than half full: old requests are given up sooner.
//
// tcp_synack_retries is the most that a request gets. While more than half of the listener's
// backlog (of 8 at least) waits in SYN-RECV and most of it has waited for a second, a request whose
// timer fires has its retries taken down as far as 2 (reqsk_timer_handler, net/ipv4/
// inet_connection_sock.c): 7 s in SYN-RECV then, and not 63. That goes on until half of the room is
// free for the young; here one request is one too many, whichever timer fires first.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::UnorderedElementsAre;

constexpr int kPruned = 1 + 2;  // SYN-ACKs of a request that is given up to make room

DEFAULT_PROFILE_SCENARIO(HalfFullSynQueue, OldRequestsMakeRoomForTheYoung,
                         .verdict =
                             "While more than half of the backlog is in SYN-RECV, old requests "
                             "are forgotten after 2 more SYN-ACKs, 7 s, instead of 5, 63 s.",
                         .source = "reqsk_timer_handler(); ip-sysctl.rst, tcp_synack_retries") {
  Socket listener = ServerHost().Listen(8);
  const int all = 1 + Times().synack_retries;
  Fault lost = ServerHost().Drop(AckToServer());
  std::vector<Socket> clients;
  const int requests = Cause("a fifth request") ? 5 : 4;
  for (int made = 1; made <= requests; ++made) {
    clients.push_back(ClientHost().NewSocket(fmt::format("client{}", made)));
    EXPECT_THAT(clients.back().Connect(ServerHost()), Returns(0));
    ASSERT_EQ(ServersView(ServerHost(), clients.back()).state, TcpState::kSynRecv);
  }

  std::vector<int> syn_acks;
  for (const Socket& client : clients) {
    EXPECT_EQ(AwaitRequestsEnd(ServerHost(), client).state, TcpState::kClose);
    const auto packets = Wire(client).Packets();
    syn_acks.push_back(static_cast<int>(std::ranges::count_if(packets, IsSynAck)));
  }
  EXPECT_THAT(syn_acks, UnorderedElementsAre(kPruned, all, all, all, all));
}

}  // namespace
}  // namespace halfopen::backlog

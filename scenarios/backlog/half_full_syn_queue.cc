// SPDX-License-Identifier: GPL-2.0-or-later
// A SYN queue that is more than half full: its requests are given up sooner.
//
// tcp_synack_retries is the most that a request gets. When more than half of the listener's backlog
// (of 8 at least) waits in SYN-RECV and most of it has been there for a while, each look of a
// request's timer takes the retries down as far as 2 (reqsk_timer_handler, net/ipv4/
// inet_connection_sock.c), to make room for the young: 7 s in SYN-RECV then, and not 63.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

using testing::Contains;
using testing::Pair;

// Makes requests that no ACK completes, waits for the end of the first, and holds its SYN-ACKs
// against `retries`.
void ExpectSynAcks(Host& clients, Socket& listener, int requests, int retries,
                   const std::function<WireView(const Socket&)>& wire) {
  std::vector<Socket> waiting;
  std::vector<Call> connected;
  for (int made = 1; made <= requests; ++made) {
    waiting.push_back(clients.NewSocket(made == 1 ? "first" : fmt::format("other{}", made)));
    connected.push_back(waiting.back().Connect(listener.host()));
    ASSERT_EQ(ServersView(listener.host(), waiting.back()).state, TcpState::kSynRecv);
  }
  const auto schedule = SynAckIntervals(retries);
  ExpectRequestForgottenAfter(schedule, connected[0], listener.host(), waiting[0]);
  EXPECT_THAT(wire(waiting[0]).SentBy("server"),
              Shows(R"(
                server > first  S.  0:0(0) ack 1
      +backoff  server > first  S.  0:0(0) ack 1  *retries
  )",
                    Bind("backoff", WithoutLast(schedule)), Bind("retries", retries)));
}

DEFAULT_PROFILE_SCENARIO(HalfFullSynQueue, RequestsAreForgottenAfterTwoSynAcks,
                         .verdict =
                             "With more than half of the backlog in SYN-RECV a request gets 2 "
                             "more SYN-ACKs instead of 5 and is forgotten after 7 s, not 63.",
                         .source = "reqsk_timer_handler(); ip-sysctl.rst, tcp_synack_retries") {
  Socket listener = ServerHost().Listen(7);
  Fault lost = ServerHost().Drop(AckToServer());
  const int requests = Cause("a fifth request") ? 5 : 4;
  ExpectSynAcks(ClientHost(), listener, requests, 2,
                [&](const Socket& socket) { return Wire(socket); });
}

DEFAULT_PROFILE_SCENARIO(HalfFullSynQueue, HalfOfItGetsAllSynAcks,
                         .verdict =
                             "With no more than half of the backlog in SYN-RECV a request gets "
                             "all of tcp_synack_retries: 63 s.",
                         .source = "reqsk_timer_handler(); ip-sysctl.rst, tcp_synack_retries") {
  Socket listener = ServerHost().Listen(7);
  Fault lost = ServerHost().Drop(AckToServer());
  ExpectSynAcks(ClientHost(), listener, 4, Times().synack_retries,
                [&](const Socket& socket) { return Wire(socket); });
}

}  // namespace
}  // namespace halfopen::backlog

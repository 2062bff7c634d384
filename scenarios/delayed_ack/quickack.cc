// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_QUICKACK off and on: when the receiver acknowledges.
//
// Linux begins with acknowledgments at once (up to 16, TCP_MAX_QUICKACKS, so that the sender's
// window grows). TCP_QUICKACK = 0 puts a connection into interactive mode instead: an
// acknowledgment waits 40 ms (TCP_DELACK_MIN; RFC 1122 4.2.3.2 allows 500) for data that it can
// ride on. tcp(7) says that the flag is not permanent, and it lasts for one: when the timer has
// fired, nothing was there to ride on, and the connection leaves that mode
// (tcp_delack_timer_handler).
#include "scenarios/delayed_ack/delayed_ack.h"

namespace halfopen {
namespace {

SCENARIO(QuickAck, OffDelaysOneAcknowledgment,
         .verdict =
             "TCP_QUICKACK=0 delays the next acknowledgment by 40 ms, and that one alone: the "
             "timer that sends it puts the connection back to acknowledging at once.",
         .source = "tcp(7) TCP_QUICKACK; tcp_sock_set_quickack, tcp_delack_timer_handler",
         .outdated =
             "An option that is set once and for all on a listener or a connection does not "
             "keep acknowledgments delayed.") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());
  EXPECT_TRUE(IsQuick(server));
  if (Cause("the server switches TCP_QUICKACK off")) server.Set(QuickAck{false});

  SendAndAwaitAck(client, "ping");
  EXPECT_TRUE(AcknowledgedByTimer(Wire(), 5));
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 1);
  EXPECT_TRUE(IsQuick(server));
  SendAndAwaitAck(client, "ping");
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 1);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      client > server  P.  5:9(4) ack 1
      server > client  .   1:1(0) ack 9
      quiet 200ms
  )"));
}

SCENARIO(QuickAck, OnAcknowledgesAtOnce,
         .verdict =
             "TCP_QUICKACK=1 takes a connection out of interactive mode: data is acknowledged "
             "at once and not after 40 ms.",
         .source = "tcp(7) TCP_QUICKACK; tcp_sock_set_quickack, tcp_in_quickack_mode") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());
  server.Set(QuickAck{false});
  if (Cause("the server switches TCP_QUICKACK on")) server.Set(QuickAck{true});
  EXPECT_TRUE(IsQuick(server));

  SendAndAwaitAck(client, "ping");
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 0);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

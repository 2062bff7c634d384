// SPDX-License-Identifier: GPL-2.0-or-later
// Delayed acknowledgments: for how long, and of how much.
//
// In interactive mode an acknowledgment waits 40 ms (TCP_DELACK_MIN) for data to ride on. A
// connection enters that mode by itself as soon as it answers what came within those 40 ms
// (tcp_event_data_sent), or by TCP_QUICKACK = 0. More than one full segment is to be acknowledged
// at once (RFC 9293 3.8.6.3), and is as soon as it is read (tcp_cleanup_rbuf), or if the reader
// waits for more. Otherwise Linux does so only if it moves the end of the window
// (__tcp_ack_snd_check): where the window is all the room that there is, it would shrink, and the
// acknowledgment waits all the same.
#include "scenarios/delayed_ack/delayed_ack.h"

#include <fmt/format.h>
#include <sys/socket.h>

namespace halfopen {
namespace {

constexpr std::size_t kSegment = 988;
constexpr MaxSegment kWithTimestamps{1000};

const Deviation kFirstWindowIsTheBuffer = Known(
    {.since = {"6.10"},
     .reason = "the window that a connection begins with is the whole receive buffer, no more than "
               "64 KiB of which fit into the SYN-ACK",
     .source = "commit 378979e94e95; tcp_select_initial_window"});

// Two segments in flight, and the client's would come before a delayed acknowledgment.
void SendNoLossProbes(Host& host) { host.sysctls().Set("net.ipv4.tcp_early_retrans", 0); }

constexpr char kTwoSegments[] = R"(
    handshake
    client > server  .   1:989(988) ack 1
    client > server  P.  989:1977(988) ack 1
    server > client  .   1:1(0) ack 1977
    quiet 200ms
)";

// A request and its answer. An answer that comes too late for the delayed acknowledgment, on a
// machine that was busy meanwhile, tells nothing: another turn may.
void ExchangePingPong(Socket& client, Socket& server) {
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(client.Recv(), Receives("pong"));
}

SCENARIO(DelayedAck, RidesOnTheAnswer,
         .verdict =
             "In interactive mode an answer that is sent within 40 ms carries the "
             "acknowledgment: the request costs no packet of its own.",
         .source = "RFC 1122 4.2.3.2; tcp_event_data_sent, __tcp_ack_snd_check") {
  auto [client, server] = Connect();
  const bool interactive = Cause("the server switches TCP_QUICKACK off");
  TimePoint asked;
  std::uint32_t at = 1;
  for (bool in_time = false; !in_time && at < 40; at += 4) {
    const Counters before = CountersOf(ServerHost());
    if (interactive) server.Set(QuickAck{false});
    asked = Clock::now();
    ExchangePingPong(client, server);
    in_time = DelayedAcks(ServerHost(), before) == 0;
  }

  EXPECT_THAT(Wire().Since(asked), Shows(Script::Parse(fmt::format(R"(
      client > server  P.  {0}:{1}(4) ack {0}
      server > client  P.  {0}:{1}(4) ack {1}
      client > server  .   {1}:{1}(0) ack {1}
      quiet 200ms
  )",
                                                                   at - 4, at))));
}

SCENARIO(DelayedAck, FollowsAnAnswer,
         .verdict =
             "A connection that has answered is interactive: the next request that gets no "
             "answer is acknowledged after 40 ms, and not at once as the first one was.",
         .source = "RFC 1122 4.2.3.2; tcp_event_data_sent, inet_csk_in_pingpong_mode") {
  auto [client, server] = Connect();
  const bool answers = Cause("the server answers");
  std::uint32_t turns = 0;
  for (; answers && turns < 10 && IsQuick(server); ++turns) {
    ExchangePingPong(client, server);
  }
  EXPECT_FALSE(IsQuick(server));

  const Counters before = CountersOf(ServerHost());
  SendAndAwaitAck(client, "ping");
  EXPECT_TRUE(AcknowledgedByTimer(Wire(), 5 + 4 * turns));
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 1);
}

SCENARIO(DelayedAck, ReaderWhoWaitsForMoreHasTwoFullSegmentsAcknowledgedAtOnce,
         .verdict =
             "Two full segments that are less than a reader waits for (SO_RCVLOWAT) are "
             "acknowledged at once even in interactive mode.",
         .source = "RFC 9293 3.8.6.3; socket(7) SO_RCVLOWAT; __tcp_ack_snd_check") {
  SendNoLossProbes(ClientHost());
  auto [client, server] = Connect(kWithTimestamps);
  const Counters before = CountersOf(ServerHost());
  server.Set(QuickAck{false});
  if (Cause("the server waits for more")) {
    server.SetOption(SOL_SOCKET, SO_RCVLOWAT, 3 * static_cast<int>(kSegment), "SO_RCVLOWAT");
  }

  SendAndAwaitAck(client, std::string(2 * kSegment, 'x'));
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 0);
  EXPECT_THAT(Wire(), Shows(kTwoSegments));
}

SCENARIO(DelayedAck, UnreadSegmentsWaitWhereTheWindowWouldShrink,
         .verdict =
             "As long as nobody reads, even two full segments wait 40 ms for their "
             "acknowledgment in interactive mode, as the window would shrink.",
         .source = "__tcp_ack_snd_check, __tcp_select_window",
         .outdated =
             "Every second full segment is said to be acknowledged at once; not where the window "
             "would have to shrink for it.") {
  SendNoLossProbes(ClientHost());
  auto [client, server] = Connect(kWithTimestamps);
  const Counters before = CountersOf(ServerHost());
  if (Cause("the server switches TCP_QUICKACK off")) server.Set(QuickAck{false});

  SendAndAwaitAck(client, std::string(2 * kSegment, 'x'));
  EXPECT_TRUE(AcknowledgedByTimer(Wire(), 1 + 2 * kSegment));
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 1);
  EXPECT_THAT(Wire(), Shows(kTwoSegments));
}

SCENARIO(DelayedAck, UnreadSegmentsInALargeBufferWaitIfTheFirstWindowIsAllOfIt,
         .verdict =
             "In a large buffer two unread full segments are acknowledged at once; since Linux "
             "6.10 the first window is all of the buffer, and they wait 40 ms.",
         .source = "tcp_select_initial_window, __tcp_ack_snd_check") {
  // The buffer of a megabyte is larger than the first window, where that is limited.
  ServerHost().sysctls().Set("net.ipv4.tcp_rmem", "4096\t1000000\t6291456");
  SendNoLossProbes(ClientHost());
  auto [client, server] = Connect(kWithTimestamps);
  const Counters before = CountersOf(ServerHost());
  server.Set(QuickAck{false});

  const bool second = Cause("the client sends a second segment");
  SendAndAwaitAck(client, std::string((second ? 2 : 1) * kSegment, 'x'));
  EXPECT_EQ(DelayedAcks(ServerHost(), before), Differs(kFirstWindowIsTheBuffer) ? 1 : 0);
  EXPECT_THAT(Wire(), Shows(kTwoSegments));
}

}  // namespace
}  // namespace halfopen

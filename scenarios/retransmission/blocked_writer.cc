// SPDX-License-Identifier: GPL-2.0-or-later
// A writer that fills its send buffer towards a dead peer.
//
// Nothing is acknowledged, so nothing leaves the buffer: send() blocks, or fails with EAGAIN where
// the descriptor does not block (send(2)). The retransmission timer runs on meanwhile, and when it
// gives up (tcp_write_timeout) it wakes the writer. A send() that had taken a part of its data
// returns how much, as any short write does (tcp_sendmsg_locked), although none of it has arrived;
// the call after it is told ETIMEDOUT, once, and the next one EPIPE (sk_stream_error). poll() says
// POLLOUT|POLLERR|POLLHUP, and whoever asks SO_ERROR takes the error away from the next call.
#include <poll.h>

#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

constexpr SendBuffer kSmall{4096};
// Fits into the peer's window, but not into the send buffer: of that the last packet buffer may be
// half a window (32 KiB) beyond the limit (sk_stream_memory_free, tcp_bound_to_half_wnd).
constexpr std::size_t kTooMuch = 60000;

// What a writer that does not block got rid of before there was no room any more.
struct Filling {
  TimePoint begin;
  std::uint32_t bytes = 0;
  Call last;
};

Filling FillSendBuffer(Socket& client) {
  client.SetNonBlocking();
  Filling filling;
  filling.begin = Clock::now();
  while (filling.bytes < kTooMuch) {
    filling.last = client.Send(std::string(1000, 'x'));
    if (filling.last.error != 0) break;
    filling.bytes += static_cast<std::uint32_t>(filling.last.result);
  }
  return filling;
}

// What a client whose buffer is full sends until the end: its oldest segment, over and over.
// +backoff, *more.
Script OldestSegmentAgain(const WireView& wire) {
  const std::vector<WirePacket> packets = wire.SentBy("client").Packets();
  const auto oldest = std::ranges::find_if(
      packets, [](const WirePacket& packet) { return packet.packet.payload_length > 0; });
  const std::uint32_t length = oldest == packets.end() ? 0 : oldest->packet.payload_length;
  const bool pushed = oldest != packets.end() && (oldest->packet.flags & kPsh) != 0;
  return Script::Parse(fmt::format(R"(
                client >| server  {0}  1:{1}({2}) ack 1
      +backoff  client >| server  {0}  1:{1}({2}) ack 1  *more
      quiet 200ms
  )",
                                   pushed ? "P." : ".", length + 1, length));
}

void ExpectOldestSegmentAgain(const WireView& wire, TimePoint full,
                              const std::vector<Duration>& schedule) {
  const std::vector<Duration> backoff(schedule.begin() + 1, schedule.end() - 1);
  EXPECT_THAT(wire.Since(full), Shows(OldestSegmentAgain(wire), Bind("backoff", backoff),
                                      Bind("more", static_cast<int>(backoff.size()))));
}

// Without tail loss probes all that the client sends behind its first flight is the retransmission
// timer's.
void SendNoLossProbes(Host& host) { host.sysctls().Set("net.ipv4.tcp_early_retrans", 0); }

SCENARIO(BlockedWriter, ShortWriteHidesTheTimeout,
         .verdict =
             "A send() that blocks on a full buffer towards a dead peer returns the part that "
             "it took; the next call fails with ETIMEDOUT, then EPIPE.",
         .source = "send(2); tcp_sendmsg_locked, sk_stream_error; ip-sysctl.rst, tcp_retries2") {
  SendNoLossProbes(ClientHost());
  auto [client, server] = Connect(kSmall);
  const auto schedule = Timers::RetransmissionBackoff(client.Snapshot().rto, Times().retries2);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  PendingCall write = client.StartSend(std::string(kTooMuch, 'x'));
  const SocketSnapshot blocked = client.Snapshot();
  EXPECT_THAT(write.Wait(), Returns(blocked.send_queue).After(schedule));
  EXPECT_THAT(client.Send("ping"), FailsWith(ETIMEDOUT).AtOnce());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  ExpectOldestSegmentAgain(Wire(), blocked.time, schedule);
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_EQ(server.Snapshot().receive_queue, 0U);
}

SCENARIO(BlockedWriter, FullBufferFailsWithEagainAndThenWithEtimedout,
         .verdict =
             "Towards a dead peer the buffer fills and send() fails with EAGAIN; a send() "
             "that then blocks fails with ETIMEDOUT when tcp_retries2 is over, then with "
             "EPIPE.",
         .source = "send(2); sk_stream_wait_memory; ip-sysctl.rst, tcp_retries2") {
  SendNoLossProbes(ClientHost());
  auto [client, server] = Connect(kSmall);
  const Counters before = CountersOf(ClientHost());
  const auto schedule = Timers::RetransmissionBackoff(client.Snapshot().rto, Times().retries2);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  const Filling full = FillSendBuffer(client);
  ASSERT_THAT(full.last, FailsWith(EAGAIN).AtOnce());
  EXPECT_EQ(client.Snapshot().send_queue, full.bytes);
  client.SetNonBlocking(false);
  PendingCall write = client.StartSend("ping");
  EXPECT_THAT(write.Wait(), FailsWith(ETIMEDOUT).After(schedule).Since(full.begin));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  ExpectOldestSegmentAgain(Wire(), full.last.end, schedule);
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::Contains(testing::Pair("TcpExt.TCPAbortOnTimeout", 1)));
}

SCENARIO(BlockedWriter, PollWakesAndSoErrorTakesTheTimeout,
         .verdict =
             "poll() for room in a full buffer wakes with POLLOUT|POLLERR|POLLHUP when the "
             "peer is given up; SO_ERROR says ETIMEDOUT, once, and send() then EPIPE.",
         .source = "poll(2), socket(7) SO_ERROR; tcp_poll, sk_stream_error") {
  SendNoLossProbes(ClientHost());
  auto [client, server] = Connect(kSmall);
  const auto schedule = Timers::RetransmissionBackoff(client.Snapshot().rto, Times().retries2);
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  const Filling full = FillSendBuffer(client);
  ASSERT_THAT(full.last, FailsWith(EAGAIN).AtOnce());
  EXPECT_THAT(client.Poll(POLLOUT, std::chrono::milliseconds(0)), Returns(0));
  const Call polled = client.Poll(POLLOUT);
  EXPECT_THAT(polled, Returns(1).After(schedule).Since(full.begin));
  EXPECT_EQ(PollEventNames(polled.events), "POLLOUT|POLLERR|POLLHUP");
  EXPECT_EQ(client.TakeError(), ETIMEDOUT);
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(client.Recv(), EndsStream());

  ExpectOldestSegmentAgain(Wire(), full.last.end, schedule);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Zero window, and the reader wakes.
//
// A read that makes enough room is told to the sender at once, in an acknowledgment of nothing new:
// the window update (tcp_cleanup_rbuf; RFC 9293 3.8.6.2.2 says what is enough). The persist timer
// stops and the data goes on. No acknowledgment is acknowledged, so that a window update that is
// lost would leave both ends waiting for ever; the persist timer is there for that (RFC 9293
// 3.8.6.1): the next probe is answered with the window as it is now.
#include <optional>

#include "scenarios/zero_window/zero_window.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Ge;
using testing::Pair;

// A window that has closed, and how the client stood then.
struct Closed {
  SocketSnapshot client;
  WirePacket closing;

  bool IsData(const WirePacket& packet) const {
    return packet.from == "client" && packet.sequence == closing.acknowledgment &&
           packet.packet.payload_length > 0;
  }
  bool IsProbe(const WirePacket& packet) const { return IsProbeOf(packet, closing.acknowledgment); }
  // Tells of a window that is open again.
  bool IsOpening(const WirePacket& packet) const {
    return packet.from == "server" && packet.acknowledgment == closing.acknowledgment &&
           packet.packet.window > 0;
  }
};

Closed CloseWindow(Socket& client, const WireView& wire) {
  EXPECT_THAT(client.Send(std::string(kTooMuch, 'x')), Returns(kTooMuch));
  const SocketSnapshot now = AwaitPersistTimer(client, 0);
  return {now, FindClosing(wire)};
}

// Returns when data has gone on and arrived, or will not: some probes have found no open window.
void AwaitContinuation(Socket& client, const Closed& closed) {
  client.Await(
      [&](const SocketSnapshot& now) {
        return now.send_queue < closed.client.send_queue || now.backoff > closed.client.backoff + 2;
      },
      "data or probes");
}

template <typename Predicate>
WirePacket First(const WireView& wire, const Predicate& is, const char* what) {
  const std::vector<WirePacket> packets = wire.Packets();
  const auto found = std::ranges::find_if(packets, is);
  EXPECT_NE(found, packets.end()) << "no " << what;
  return found == packets.end() ? WirePacket{} : *found;
}

// The window closes and opens again, and the data goes on with `data`. `between` is what the wire
// shows before the opening that counts.
Script ClosingAndOpening(const Closed& closed, const WirePacket& data, const char* between) {
  const std::uint32_t at = closed.closing.acknowledgment;
  return Script::Parse(
      fmt::format(fmt::runtime(std::string("server > client . 1:1(0) ack {0} win 0\n") + between +
                               "server > client . 1:1(0) ack {0}\n"
                               "client > server {4} {0}:{2}({3}) ack 1\n"),
                  at, at - 1, at + data.packet.payload_length, data.packet.payload_length,
                  (data.packet.flags & kPsh) != 0 ? "P." : "."));
}

SCENARIO(ZeroWindow, WindowUpdateStartsTheDataAgain,
         .verdict =
             "A reader that wakes sends a window update, and the blocked data goes on with "
             "it; nobody waits for the next probe.",
         .source = "RFC 9293 3.8.6.2.2; tcp_cleanup_rbuf, __tcp_select_window") {
  auto [client, server] = ConnectToSmallBuffer(ClientHost(), ServerHost());
  const Closed closed = CloseWindow(client, Wire());
  const Counters before = CountersOf(ServerHost());

  const TimePoint asleep = Clock::now();
  if (Cause("the server reads")) server.Recv(kTooMuch);
  const WireView wire = Wire().Since(closed.closing.time);
  AwaitContinuation(client, closed);

  const auto is_data = [&](const auto& packet) { return closed.IsData(packet); };
  const auto is_opening = [&](const auto& packet) { return closed.IsOpening(packet); };
  const WirePacket data = First(wire, is_data, "data behind the closed window");
  EXPECT_GE(First(wire, is_opening, "window update").time, asleep);
  // On a busy machine a probe may come before the reader has woken.
  EXPECT_THAT(wire.Until(data.time), Shows(ClosingAndOpening(closed, data, R"(
      ? client > server  .  {1}:{1}(0) ack 1
      ? server > client  .  1:1(0) ack {0} win 0
  )")));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              Contains(Pair("TcpExt.TCPFromZeroWindowAdv", 1)));
}

SCENARIO(ZeroWindow, ProbeFindsTheWindowWhoseUpdateWasLost,
         .verdict =
             "A window update that is lost stops nothing for good: the next probe is answered "
             "with the open window, and the data goes on.",
         .source = "RFC 9293 3.8.6.1; tcp_send_probe0, tcp_ack_probe") {
  auto [client, server] = ConnectToSmallBuffer(ClientHost(), ServerHost());
  const Closed closed = CloseWindow(client, Wire());
  const Counters before = CountersOf(ClientHost());

  Fault lossy = ClientHost().Drop(Input().FromPort(80).First(1));
  if (Cause("the server reads")) server.Recv(kTooMuch);
  const WireView wire = Wire().Since(closed.closing.time);
  AwaitContinuation(client, closed);
  const auto is_data = [&](const auto& packet) { return closed.IsData(packet); };
  const auto is_probe = [&](const auto& packet) { return closed.IsProbe(packet); };
  const WirePacket probe = First(wire, is_probe, "probe");
  const WirePacket data = First(wire, is_data, "data behind the closed window");

  EXPECT_TRUE(InTime("the probe", {closed.client.rto},
                     {closed.closing.time, closed.closing.arrived.value_or(closed.closing.time)},
                     probe.time));
  // On a busy machine a probe may come before the reader has woken; then the next one comes too
  // soon after its answer for another (tcp_invalid_ratelimit).
  EXPECT_THAT(wire.Until(data.time), Shows(ClosingAndOpening(closed, data, R"(
      ? client >  server  .  {1}:{1}(0) ack 1
      ? server >  client  .  1:1(0) ack {0} win 0
        server >| client  .  1:1(0) ack {0}
        client >  server  .  {1}:{1}(0) ack 1
      ? client >  server  .  {1}:{1}(0) ack 1
  )")));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), Contains(Pair("TcpExt.TCPWinProbe", Ge(1))));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_ZERO_WINDOW_ZERO_WINDOW_H_
#define HALFOPEN_SCENARIOS_ZERO_WINDOW_ZERO_WINDOW_H_

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/expect/duration_text.h"
#include "harness/scenario.h"

// What the stories of a closed window share.
namespace halfopen {

// More than fits into the server's receive buffer below, and little enough for one send().
inline constexpr std::size_t kTooMuch = 20000;

// A connection to a server with a receive buffer of a page or two, so that little closes its
// window.
inline Connection ConnectToSmallBuffer(Host& clients, Host& servers) {
  Socket listener = servers.NewSocket();
  listener.Set(ReceiveBuffer{4096});
  listener.Bind(Socket::kDefaultPort);
  listener.Listen(1);
  Socket client = clients.NewSocket();
  EXPECT_THAT(client.Connect(servers), Returns(0));
  Socket server = listener.Accept();
  listener.Close();
  return {client, server};
}

// Blocks until the client's persist timer runs with `unanswered` probes, or the client has nothing
// to send any more or nowhere to send it to.
inline SocketSnapshot AwaitPersistTimer(Socket& client, unsigned unanswered) {
  return client.Await(
      [=](const SocketSnapshot& now) {
        return now.send_queue == 0 || now.state == TcpState::kClose ||
               (now.timer == TimerKind::kPersist && now.timer_expires.count() > 0 &&
                now.retransmits == unanswered);
      },
      fmt::format("{} unanswered probes", unanswered));
}

// ss shows timer:(persist,…,unanswered), and with -i how often the interval was doubled.
inline auto ShowsPersistTimer(unsigned unanswered, int backoff) {
  using testing::Field;
  return testing::AllOf(Field("timer", &SocketSnapshot::timer, TimerKind::kPersist),
                        Field("retransmits", &SocketSnapshot::retransmits, unanswered),
                        Field("backoff", &SocketSnapshot::backoff, static_cast<unsigned>(backoff)));
}

// A probe of a closed window: the last byte that was acknowledged, without the byte.
inline bool IsProbeOf(const WirePacket& packet, std::uint32_t closed_at) {
  return packet.from == "client" && packet.packet.flags == kAck &&
         packet.packet.payload_length == 0 && packet.sequence == closed_at - 1;
}

// The acknowledgment that closed the window.
inline WirePacket FindClosing(const WireView& wire) {
  const std::vector<WirePacket> packets = wire.Packets();
  const auto closing = std::ranges::find_if(packets, [](const WirePacket& packet) {
    return packet.from == "server" && packet.packet.flags == kAck && packet.packet.window == 0;
  });
  EXPECT_NE(closing, packets.end()) << "the window never closed";
  return closing == packets.end() ? WirePacket{} : *closing;
}

// The window closes behind `closed_at`, and all probes of it are lost: +backoff, *probes.
inline Script ClosingAndLostProbes(std::uint32_t closed_at) {
  return Script::Parse(fmt::format(R"(
                server >  client  .   1:1(0) ack {0} win 0
      +backoff  client >| server  .   {1}:{1}(0) ack 1  *probes
      quiet 200ms
  )",
                                   closed_at, closed_at - 1));
}

// The closing of the window at `closed_at`, and probes at these intervals, with their answers.
inline Script ClosingAndAnsweredProbes(std::uint32_t closed_at,
                                       const std::vector<Duration>& intervals) {
  std::string script = fmt::format("server > client . 1:1(0) ack {} win 0\n", closed_at);
  for (std::size_t probe = 0; probe < intervals.size(); ++probe) {
    script += fmt::format("+{0} client > server . {1}:{1}(0) ack 1\n",
                          DurationText(intervals[probe]), closed_at - 1);
    if (probe == 1) continue;  // within 500 ms of the first one (tcp_invalid_ratelimit)
    script += fmt::format("server > client . 1:1(0) ack {} win 0\n", closed_at);
  }
  return Script::Parse(script);
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_ZERO_WINDOW_ZERO_WINDOW_H_

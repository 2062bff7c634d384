// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_CLOSE_CLOSE_H_
#define HALFOPEN_SCENARIOS_CLOSE_CLOSE_H_

#include <chrono>
#include <utility>

#include "fixtures/segment.h"
#include "harness/scenario.h"

// What the stories of connections that end share.
namespace halfopen {

// What the client sends, where the server's host receives it.
inline Rule FromClient(const Host& client) { return Input().From(client.address()).ToPort(80); }

// With more than one segment in flight the tail loss probe waits for two round trips, which are
// nothing here, and TCP_TIMEOUT_MIN_US (tcp_schedule_loss_probe).
inline constexpr Duration kTailLossProbe = std::chrono::milliseconds(2);

// tcp_orphan_retries as the kernel takes it: its 0 means 8 (tcp_orphan_retries()).
inline int OrphanRetries(const Timers& timers) {
  return timers.orphan_retries == 0 ? 8 : timers.orphan_retries;
}

// `first` closes, unless that cause is withheld, and `second` closes after it: how `first` is left.
// Only the end that closes first is left in TIME-WAIT.
inline SocketSnapshot CloseInOrder(Socket& first, Socket& second, bool first_closes) {
  if (first_closes) {
    EXPECT_THAT(first.Close(), Returns(0));
    second.Await(TcpState::kCloseWait);
    first.Await(TcpState::kFinWait2);
  }
  EXPECT_THAT(second.Close(), Returns(0));
  return first.Await(
      [](const SocketSnapshot& now) {
        return now.state == TcpState::kTimeWait || now.state == TcpState::kCloseWait;
      },
      "TIME-WAIT");
}

// What CloseInOrder puts on the wire, by the end that closes first.
inline constexpr char kClientClosesFirst[] = R"(
    handshake
    client > server  F.  1:1(0) ack 1
    server > client  .   1:1(0) ack 2
    server > client  F.  1:1(0) ack 2
    client > server  .   2:2(0) ack 2
)";

// A packet once more, without its options: a duplicate that the network has kept until now.
inline Segment DuplicateOf(const WirePacket& packet, std::string payload = "") {
  const Packet& tcp = packet.packet;
  return {tcp.source,         tcp.destination, tcp.flags,         tcp.sequence,
          tcp.acknowledgment, tcp.window,      std::move(payload)};
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_CLOSE_CLOSE_H_

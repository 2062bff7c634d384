// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_DELAYED_ACK_DELAYED_ACK_H_
#define HALFOPEN_SCENARIOS_DELAYED_ACK_DELAYED_ACK_H_

#include <netinet/tcp.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "harness/scenario.h"

// What the stories of delayed acknowledgments share.
namespace halfopen {

// TCP_DELACK_MIN and TCP_ATO_MIN.
inline constexpr Duration kDelayedAck = std::chrono::milliseconds(40);

// Whether the socket's acknowledgments go at once, as getsockopt(2) says: TCP_QUICKACK is 0 in
// interactive ("pingpong") mode, in which they wait for data to ride on.
inline bool IsQuick(Socket& socket) {
  return socket.GetOption(IPPROTO_TCP, TCP_QUICKACK, "TCP_QUICKACK") != 0;
}

// Whether the server acknowledged the data that ends with `acknowledgment` when the delayed
// acknowledgment's timer fired, which that data armed.
inline testing::AssertionResult AcknowledgedByTimer(const WireView& wire,
                                                    std::uint32_t acknowledgment) {
  const std::vector<WirePacket> packets = wire.Packets();
  const auto data = std::ranges::find_if(packets, [=](const WirePacket& packet) {
    return packet.from == "client" && packet.packet.payload_length > 0 &&
           packet.sequence + packet.packet.payload_length == acknowledgment;
  });
  const auto answer = std::ranges::find_if(packets, [=](const WirePacket& packet) {
    return packet.from == "server" && packet.acknowledgment == acknowledgment;
  });
  if (data == packets.end() || answer == packets.end()) {
    return testing::AssertionFailure() << "nothing was acknowledged with " << acknowledgment;
  }
  return InTime("the acknowledgment is delayed", {kDelayedAck},
                {data->time, data->arrived.value_or(data->time)}, answer->time);
}

// Sends data, and returns once it is acknowledged.
inline void SendAndAwaitAck(Socket& client, std::string_view data) {
  EXPECT_THAT(client.Send(data), Returns(static_cast<long>(data.size())));
  client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; },
               "all is acknowledged");
}

// How many acknowledgments the timer has sent since `before`.
inline std::int64_t DelayedAcks(Host& host, const Counters& before) {
  return Counters::Read(host.network()).Get("TcpExt.DelayedACKs") -
         before.Get("TcpExt.DelayedACKs");
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_DELAYED_ACK_DELAYED_ACK_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_PROGRAM_CALLS_H_
#define HALFOPEN_SCENARIOS_PROGRAM_CALLS_H_

#include <cstdint>
#include <string>

#include "harness/scenario.h"

// What the stories of programs share: what their calls say, as strace prints them.
namespace halfopen {

// A call whose arguments contain `text`: a setsockopt() that Says("TCP_KEEPIDLE, [60]").
inline auto Says(const std::string& text) {
  return testing::Field("arguments", &Call::arguments, testing::HasSubstr(text));
}

// The getsockopt() by which a program learns how its non-blocking connect() ended (connect(2),
// EINPROGRESS). It succeeds: the error is among its arguments.
inline Call AwaitSoError(Program& program) {
  return program.AwaitCall("getsockopt", testing::Matches(Says("SO_ERROR, [")));
}

// When the first segment with so much data arrived: from then on its receiver's keepalive counts.
inline TimePoint ArrivalOf(std::uint32_t bytes, const WireView& wire) {
  for (const WirePacket& packet : wire.Packets()) {
    if (packet.packet.payload_length == bytes) return packet.arrived.value_or(packet.time);
  }
  ADD_FAILURE() << "no segment of " << bytes << " bytes has crossed";
  return Clock::now();
}

inline bool IsFin(const WirePacket& packet) { return (packet.packet.flags & kFin) != 0; }

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_PROGRAM_CALLS_H_

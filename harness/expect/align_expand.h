// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_ALIGN_EXPAND_H_
#define HALFOPEN_HARNESS_EXPECT_ALIGN_EXPAND_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/expect/notation.h"
#include "netns/clock.h"

namespace halfopen {

// One packet that a script expects: every repeat of a line, and each of a handshake's three.
struct ExpectedPacket {
  int line = 0;  // of the script
  std::string from;
  std::string to;
  PacketPattern packet;
  std::optional<Duration> time;  // since the previous packet of the same sender
  bool optional = false;
  bool begins_handshake = false;  // this one and the next two are the line "handshake"
};

// "quiet time": nothing happens for at least `time` between the packet before and the one behind.
struct ExpectedQuiet {
  int line = 0;
  Duration time{0};
  std::size_t before = 0;  // index of the expected packet behind it; their number if there is none
};

// A script with its repeats unrolled and its names resolved.
struct Expectation {
  std::vector<ExpectedPacket> packets;
  std::vector<ExpectedQuiet> quiets;
};

// Throws NotationError for a name that is not bound, is bound twice, or is bound to something else
// than its place needs: a time, a schedule of as many times as its line has repeats, a count.
// Thread-safe.
Expectation Expand(const Script& script, std::span<const Binding> bindings);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_ALIGN_EXPAND_H_

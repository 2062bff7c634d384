// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_PACKET_MUTANTS_H_
#define HALFOPEN_HARNESS_EXPECT_PACKET_MUTANTS_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/expect/align_expand.h"

namespace halfopen {

// A change of one field of an expected packet.
struct PacketChange {
  std::string what;  // "flags P.", "ack 3"
  std::function<void(ExpectedPacket&)> apply;
};

// A change of each field that the packet's line names or always gives, its time aside. Thread-safe.
std::vector<PacketChange> ChangesOf(const ExpectedPacket& packet);

// Whether no packet could be as both lines say. Thread-safe.
bool ExcludeEachOther(const ExpectedPacket& one, const ExpectedPacket& other);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_PACKET_MUTANTS_H_

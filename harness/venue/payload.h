// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_PAYLOAD_H_
#define HALFOPEN_HARNESS_VENUE_PAYLOAD_H_

#include <set>
#include <string>
#include <vector>

namespace halfopen {

// Where a guest finds the running binary and what it is to do.
inline constexpr char kPayloadProgram[] = "/payload/halfopen";
inline constexpr char kPayloadOrders[] = "/payload/run.json";

// What a guest gets beside the running binary. A set, so that the order in which things were named
// makes no difference.
struct Luggage {
  std::set<std::string> programs;  // names as in PATH, or paths with a slash
  std::set<std::string> files;     // paths of files, and of folders with all that is in them
};

// What travels into a guest, as a cpio archive: the running binary and the luggage (what this
// machine has of it) with the shared libraries and interpreters that they need, and as
// kPayloadOrders each of `orders` in its turn: one payload for each. Equal inputs give equal bytes.
// Throws EnvironmentError.
std::vector<std::string> MakePayloads(const Luggage& luggage,
                                      const std::vector<std::string>& orders);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_PAYLOAD_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_PAYLOAD_H_
#define HALFOPEN_HARNESS_VENUE_PAYLOAD_H_

#include <string>
#include <vector>

namespace halfopen {

// Where a guest finds the running binary and what it is to do.
inline constexpr char kPayloadProgram[] = "/payload/halfopen";
inline constexpr char kPayloadOrders[] = "/payload/run.json";

// What travels into a guest, as a cpio archive: the running binary and `programs` (names as in
// PATH; those that are not installed stay behind) with the shared libraries that they need, and
// as kPayloadOrders each of `orders` in its turn: one payload for each. Equal inputs give equal
// bytes. Throws EnvironmentError.
std::vector<std::string> MakePayloads(const std::vector<std::string>& programs,
                                      const std::vector<std::string>& orders);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_PAYLOAD_H_

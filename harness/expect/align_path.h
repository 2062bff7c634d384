// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_ALIGN_PATH_H_
#define HALFOPEN_HARNESS_EXPECT_ALIGN_PATH_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

namespace halfopen {

// One step of an alignment of two sequences, the expected one and the actual one.
enum class AlignStep : std::uint8_t {
  kPair,   // the next expected and the next actual belong together
  kSkip,   // the next expected has no counterpart
  kExtra,  // the next actual has no counterpart
};

struct AlignCosts {
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

  // Of pairing `expected` with `actual`: 0 if they agree, kNever if they must not be paired.
  std::function<std::uint32_t(std::size_t expected, std::size_t actual)> pair;
  std::function<std::uint32_t(std::size_t expected)> skip;
  std::uint32_t extra = 0;
};

// The cheapest steps from the start to the end of both sequences. Among those of one price it pairs
// as early as it can, then skips. Takes time and one byte of memory for every cell of `expected` x
// `actual` that is left when both ends, as far as they agree, are cut off.
std::vector<AlignStep> CheapestPath(std::size_t expected, std::size_t actual,
                                    const AlignCosts& costs);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_ALIGN_PATH_H_

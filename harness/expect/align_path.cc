// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/align_path.h"

#include <algorithm>

namespace halfopen {
namespace {

// Below this many cells the common end is not cut off: it would pair late instead of early.
constexpr std::size_t kFewCells = 1 << 20;

// The part of both sequences that is left to align.
struct Remainder {
  std::size_t begin = 0;  // the same in both, as what stands before is paired one by one
  std::size_t expected_end = 0;
  std::size_t actual_end = 0;

  std::size_t rows() const { return expected_end - begin; }
  std::size_t columns() const { return actual_end - begin; }
};

// Pairing what agrees at an end costs nothing, and never more than what else could become of the
// two, unless skipping the expected one is free.
bool MustPair(std::size_t expected, std::size_t actual, const AlignCosts& costs) {
  return costs.skip(expected) != 0 && costs.pair(expected, actual) == 0;
}

Remainder CutCommonEnds(std::size_t expected, std::size_t actual, const AlignCosts& costs) {
  Remainder rest{.begin = 0, .expected_end = expected, .actual_end = actual};
  while (rest.rows() != 0 && rest.columns() != 0 && MustPair(rest.begin, rest.begin, costs)) {
    ++rest.begin;
  }
  while (rest.rows() * rest.columns() > kFewCells &&
         MustPair(rest.expected_end - 1, rest.actual_end - 1, costs)) {
    --rest.expected_end;
    --rest.actual_end;
  }
  return rest;
}

// Fills the table from its last row and column on, so that walking it from its first cell pairs
// early. Cell (row, column) is the first step of the cheapest path from there to the end.
std::vector<AlignStep> FirstSteps(const Remainder& rest, const AlignCosts& costs) {
  const std::size_t width = rest.columns() + 1;
  std::vector<AlignStep> steps((rest.rows() + 1) * width, AlignStep::kExtra);
  std::vector<std::uint64_t> below(width);
  std::vector<std::uint64_t> here(width);
  for (std::size_t column = 0; column < width; ++column) {
    below[column] = (rest.columns() - column) * std::uint64_t{costs.extra};
  }
  for (std::size_t row = rest.rows(); row-- > 0;) {
    const std::uint64_t skip = costs.skip(rest.begin + row);
    AlignStep* const row_steps = steps.data() + row * width;
    here[width - 1] = below[width - 1] + skip;
    row_steps[width - 1] = AlignStep::kSkip;
    for (std::size_t column = width - 1; column-- > 0;) {
      std::uint64_t best = here[column + 1] + costs.extra;
      if (below[column] + skip <= best) {
        best = below[column] + skip;
        row_steps[column] = AlignStep::kSkip;
      }
      const std::uint32_t pair = costs.pair(rest.begin + row, rest.begin + column);
      if (pair != AlignCosts::kNever && below[column + 1] + pair <= best) {
        best = below[column + 1] + pair;
        row_steps[column] = AlignStep::kPair;
      }
      here[column] = best;
    }
    std::swap(below, here);
  }
  return steps;
}

}  // namespace

std::vector<AlignStep> CheapestPath(std::size_t expected, std::size_t actual,
                                    const AlignCosts& costs) {
  const Remainder rest = CutCommonEnds(expected, actual, costs);
  const std::vector<AlignStep> steps = FirstSteps(rest, costs);
  std::vector<AlignStep> path(rest.begin, AlignStep::kPair);
  for (std::size_t row = 0, column = 0; row < rest.rows() || column < rest.columns();) {
    const AlignStep step = steps[row * (rest.columns() + 1) + column];
    path.push_back(step);
    if (step != AlignStep::kExtra) ++row;
    if (step != AlignStep::kSkip) ++column;
  }
  path.insert(path.end(), expected - rest.expected_end, AlignStep::kPair);
  return path;
}

}  // namespace halfopen

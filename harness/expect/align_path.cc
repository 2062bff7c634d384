// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/align_path.h"

#include <algorithm>

namespace halfopen {
namespace {

// Below this many cells the common end is not cut off: it would pair late instead of early.
constexpr std::size_t kFewCells = 1 << 20;

// The part of both sequences that is left to align.
struct Window {
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

Window CutCommonEnds(std::size_t expected, std::size_t actual, const AlignCosts& costs) {
  Window window{.begin = 0, .expected_end = expected, .actual_end = actual};
  while (window.rows() != 0 && window.columns() != 0 &&
         MustPair(window.begin, window.begin, costs)) {
    ++window.begin;
  }
  while (window.rows() * window.columns() > kFewCells &&
         MustPair(window.expected_end - 1, window.actual_end - 1, costs)) {
    --window.expected_end;
    --window.actual_end;
  }
  return window;
}

// Fills the table from its last row and column on, so that walking it from its first cell pairs
// early. Cell (row, column) is the first step of the cheapest path from there to the end.
std::vector<AlignStep> FirstSteps(const Window& window, const AlignCosts& costs) {
  const std::size_t width = window.columns() + 1;
  std::vector<AlignStep> steps((window.rows() + 1) * width, AlignStep::kExtra);
  std::vector<std::uint64_t> below(width);
  std::vector<std::uint64_t> here(width);
  for (std::size_t column = 0; column < width; ++column) {
    below[column] = (window.columns() - column) * std::uint64_t{costs.extra};
  }
  for (std::size_t row = window.rows(); row-- > 0;) {
    const std::uint64_t skip = costs.skip(window.begin + row);
    AlignStep* const row_steps = steps.data() + row * width;
    here[width - 1] = below[width - 1] + skip;
    row_steps[width - 1] = AlignStep::kSkip;
    for (std::size_t column = width - 1; column-- > 0;) {
      std::uint64_t best = here[column + 1] + costs.extra;
      if (below[column] + skip <= best) {
        best = below[column] + skip;
        row_steps[column] = AlignStep::kSkip;
      }
      const std::uint32_t pair = costs.pair(window.begin + row, window.begin + column);
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
  const Window window = CutCommonEnds(expected, actual, costs);
  const std::vector<AlignStep> steps = FirstSteps(window, costs);
  std::vector<AlignStep> path(window.begin, AlignStep::kPair);
  for (std::size_t row = 0, column = 0; row < window.rows() || column < window.columns();) {
    const AlignStep step = steps[row * (window.columns() + 1) + column];
    path.push_back(step);
    if (step != AlignStep::kExtra) ++row;
    if (step != AlignStep::kSkip) ++column;
  }
  path.insert(path.end(), expected - window.expected_end, AlignStep::kPair);
  return path;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_FILTER_H_
#define HALFOPEN_HARNESS_RUNNER_FILTER_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/runner/registry.h"

namespace halfopen {

// A selection of scenarios in GoogleTest's pattern syntax: patterns with `*` and `?` joined by `:`;
// those behind the first `-` take away. A pattern may name the scenario or one family of it.
class Filter {
 public:
  // Several filters select what any of them selects and none of them takes away. None at all
  // selects everything.
  explicit Filter(const std::vector<std::string>& filters);

  bool Selects(const ScenarioInfo& scenario) const;
  const std::vector<std::string>& wanted() const { return wanted_; }

 private:
  std::vector<std::string> wanted_;
  std::vector<std::string> unwanted_;
};

// Whether `*` (any characters) and `?` (any one) in `pattern` make it match the whole of `text`.
bool MatchesPattern(std::string_view pattern, std::string_view text);

// Up to `count` scenario names that are nearest to what the filter asks for, nearest first.
std::vector<std::string> NearestNames(const Filter& filter,
                                      const std::vector<ScenarioInfo>& scenarios,
                                      std::size_t count = 3);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_FILTER_H_

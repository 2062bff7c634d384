// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/filter.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace halfopen {
namespace {

void AppendPatterns(std::string_view text, std::vector<std::string>& patterns) {
  while (!text.empty()) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (colon > 0) patterns.emplace_back(text.substr(0, colon));
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
}

bool MatchesAny(const std::vector<std::string>& patterns, const ScenarioInfo& scenario) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return MatchesPattern(pattern, scenario.ScenarioName()) ||
           MatchesPattern(pattern, scenario.TestName());
  });
}

// The letters that a reader meant: lower case, without wildcards and separators at the ends.
std::string Bare(std::string_view text) {
  std::string bare;
  for (const char c : text) {
    if (c == '*' || c == '?') continue;
    bare += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  while (!bare.empty() && bare.back() == '.') bare.pop_back();
  while (!bare.empty() && bare.front() == '.') bare.erase(0, 1);
  return bare;
}

// Levenshtein's distance.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

Filter::Filter(const std::vector<std::string>& filters) {
  for (const std::string& filter : filters) {
    const std::size_t dash = std::min(filter.find('-'), filter.size());
    AppendPatterns(std::string_view(filter).substr(0, dash), wanted_);
    if (dash < filter.size()) AppendPatterns(std::string_view(filter).substr(dash + 1), unwanted_);
  }
  if (wanted_.empty()) wanted_.emplace_back("*");
}

bool Filter::Selects(const ScenarioInfo& scenario) const {
  return MatchesAny(wanted_, scenario) && !MatchesAny(unwanted_, scenario);
}

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last star, and where its text may end next
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<std::string> NearestNames(const Filter& filter,
                                      const std::vector<ScenarioInfo>& scenarios,
                                      std::size_t count) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const ScenarioInfo& scenario : scenarios) {
    std::size_t best = std::string::npos;
    for (const std::string& wanted : filter.wanted()) {
      const std::string bare = Bare(wanted);
      for (const std::string& name : {scenario.ScenarioName(), scenario.suite, scenario.name}) {
        best = std::min(best, EditDistance(bare, Bare(name)));
      }
    }
    ranked.emplace_back(best, scenario.ScenarioName());
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [distance, name] : ranked) {
    if (names.size() == count) break;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace halfopen

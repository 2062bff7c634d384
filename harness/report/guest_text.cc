// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/guest_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace halfopen {
namespace {

// A run's verdict in each kernel's guest.
using Row = std::map<std::string, std::string_view>;

std::string_view WordOf(const ScenarioResult& result) {
  if (result.vacuous) return "vacuous";
  return result.IsRedControl() ? "red" : ToString(result.verdict);
}

std::string TitleWithoutKernel(ScenarioResult result) {
  result.kernel.clear();
  return result.Title();
}

bool Differs(const Row& row, std::size_t kernels) {
  std::set<std::string_view> words;
  for (const auto& [kernel, word] : row) words.insert(word);
  return words.size() > 1 || row.size() < kernels;
}

// The runs that did not end alike in all guests.
std::string DescribeDifferences(const RunReport& report) {
  std::map<std::string, Row> rows;
  for (const ScenarioResult& result : report.results) {
    // A merge may have joined runs on a host's own kernel with them.
    if (std::ranges::find(report.guests, result.kernel, &GuestReport::name) ==
        report.guests.end()) {
      continue;
    }
    rows[TitleWithoutKernel(result)][result.kernel] = WordOf(result);
  }
  std::erase_if(rows, [&](const auto& row) { return !Differs(row.second, report.guests.size()); });
  if (rows.empty()) return {};
  constexpr std::size_t kGap = 2;
  const auto width = [](const std::string& name) {
    return std::max(name.size(), std::string_view("timed_out").size()) + kGap;
  };
  std::string text;
  for (const GuestReport& guest : report.guests) {
    text += fmt::format("{:<{}}", guest.name, width(guest.name));
  }
  text += "differs by kernel\n";
  for (const auto& [title, row] : rows) {
    for (const GuestReport& guest : report.guests) {
      const auto word = row.find(guest.name);
      text += fmt::format("{:<{}}", word == row.end() ? "-" : word->second, width(guest.name));
    }
    text += title + "\n";
  }
  return text;
}

}  // namespace

std::string DescribeGuests(const RunReport& report) {
  std::string text;
  if (report.guests.size() > 1) text += DescribeDifferences(report);
  for (const GuestReport& guest : report.guests) {
    std::vector<ScenarioResult> own;
    std::ranges::copy_if(report.results, std::back_inserter(own),
                         [&](const ScenarioResult& result) { return result.kernel == guest.name; });
    const Tally tally = Count(own);
    text += fmt::format(
        "{} ({}): {} passed, {} failed, {} skipped; {:.1f} s in {:.1f} s, {:.0f} : 1\n", guest.name,
        guest.release, tally.passed, tally.failed, tally.skipped, guest.virtual_seconds,
        guest.wall_seconds, guest.virtual_seconds / std::max(guest.wall_seconds, 1e-3));
  }
  for (const GuestReport& guest : report.guests) {
    if (!guest.error.empty()) text += guest.error + "\n";
  }
  return text;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <climits>
#include <string_view>

namespace halfopen {
namespace {

constexpr std::string_view kHost = "host";

// Adds the words of a list ("debian-6.1, debian-6.12") that another list has not.
void AddWords(std::string& list, const std::string& words) {
  constexpr std::string_view kSeparator = ", ";
  const auto has = [&](std::string_view word) {
    const std::string bounded = fmt::format("{0}{1}{0}", kSeparator, list);
    return bounded.find(fmt::format("{0}{1}{0}", kSeparator, word)) != std::string::npos;
  };
  for (std::string_view rest = words; !rest.empty();) {
    const std::size_t end = std::min(rest.find(kSeparator), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + kSeparator.size(), rest.size()));
    if (word.empty() || has(word)) continue;
    list += list.empty() ? "" : kSeparator;
    list += word;
  }
}

void AddGuest(RunReport& report, const GuestReport& guest) {
  const auto known = std::ranges::find(report.guests, guest.name, &GuestReport::name);
  if (known == report.guests.end()) {
    report.guests.push_back(guest);
    return;
  }
  AddWords(known->release, guest.release);
  known->virtual_seconds = std::max(known->virtual_seconds, guest.virtual_seconds);
  known->wall_seconds = std::max(known->wall_seconds, guest.wall_seconds);
  if (!guest.error.empty()) known->error += (known->error.empty() ? "" : "\n") + guest.error;
}

// As part of a file's name, which a kernel's release that came from elsewhere may not be fit for.
std::string FitForName(const std::string& kernel) {
  constexpr std::size_t kLongest = 64;
  std::string fit = kernel.substr(0, kLongest);
  for (char& c : fit) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("._+-~").find(c) != std::string_view::npos;
    if (!plain) c = '_';
  }
  return fit;
}

}  // namespace

RunReport JoinReports(const std::vector<RunReport>& parts) {
  RunReport joined;
  joined.venue.clear();
  for (const RunReport& part : parts) {
    AddWords(joined.version, part.version);
    AddWords(joined.venue, part.venue);
    AddWords(joined.kernel, part.kernel);
    AddWords(joined.profile, part.profile);
    joined.wall_seconds = std::max(joined.wall_seconds, part.wall_seconds);
    if (part.virtual_seconds) {
      joined.virtual_seconds = std::max(joined.virtual_seconds.value_or(0), *part.virtual_seconds);
    }
    joined.interrupted = joined.interrupted || part.interrupted;
    for (const GuestReport& guest : part.guests) AddGuest(joined, guest);
  }
  for (const RunReport& part : parts) {
    for (ScenarioResult result : part.results) {
      if (result.venue.empty()) result.venue = part.venue;
      if (result.profile.empty()) result.profile = part.profile;
      if (result.kernel.empty()) result.kernel = part.kernel;
      // A kernel that all have in common need not stand behind every title.
      if (result.venue == kHost && result.kernel == joined.kernel) result.kernel.clear();
      if (result.venue == joined.venue) result.venue.clear();
      if (result.profile == joined.profile) result.profile.clear();
      joined.results.push_back(std::move(result));
    }
  }
  return joined;
}

std::string FreeFolderName(const std::string& name, const std::string& kernel,
                           const std::function<bool(const std::string&)>& is_taken) {
  if (!is_taken(name)) return name;
  std::string longer = name;
  if (name.find('@') == std::string::npos) {
    longer += "@" + (kernel.empty() ? "unknown" : FitForName(kernel));
    if (longer.size() <= NAME_MAX && !is_taken(longer)) return longer;
  }
  constexpr std::size_t kRoomForNumber = 12;
  longer.resize(std::min<std::size_t>(longer.size(), NAME_MAX - kRoomForNumber));
  for (int n = 2;; ++n) {
    const std::string numbered = fmt::format("{}.{}", longer, n);
    if (!is_taken(numbered)) return numbered;
  }
}

}  // namespace halfopen

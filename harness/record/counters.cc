// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/counters.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

constexpr std::size_t kNearNames = 5;

// Cuts the text up to `separator` off the front of `rest`.
std::string_view NextPart(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::vector<std::string_view> Words(std::string_view line) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  std::vector<std::string_view> words;
  for (auto at = line.begin(); at != line.end();) {
    const auto begin = std::find_if_not(at, line.end(), is_blank);
    at = std::find_if(begin, line.end(), is_blank);
    if (begin != at) words.emplace_back(begin, at);
  }
  return words;
}

void Enter(std::string_view group, std::string_view name, std::int64_t value,
           Counters::Values& values) {
  std::string full;
  full.reserve(group.size() + 1 + name.size());
  values[full.append(group).append(1, '.').append(name)] = value;
}

std::int64_t Number(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) {
    throw std::invalid_argument(fmt::format("no counter value: '{}'", word));
  }
  return value;
}

// "Tcp: InSegs OutSegs" over "Tcp: 1 2".
void ParseTables(std::string_view text, Counters::Values& values) {
  while (!text.empty()) {
    const auto names = Words(NextPart(text, '\n'));
    const auto numbers = Words(NextPart(text, '\n'));
    if (names.empty() || names.size() != numbers.size() || names[0] != numbers[0] ||
        !names[0].ends_with(':')) {
      throw std::invalid_argument(
          fmt::format("no pair of counter lines: '{}'", fmt::join(names, " ")));
    }
    const std::string_view group = names[0].substr(0, names[0].size() - 1);
    for (std::size_t i = 1; i < names.size(); ++i) {
      Enter(group, names[i], Number(numbers[i]), values);
    }
  }
}

// "Ip6InReceives   1", whose group has no end of its own.
void ParseIpv6(std::string_view text, Counters::Values& values) {
  while (!text.empty()) {
    const auto words = Words(NextPart(text, '\n'));
    if (words.size() != 2) {
      throw std::invalid_argument(fmt::format("no counter line: '{}'", fmt::join(words, " ")));
    }
    const std::size_t digit = words[0].find('6');
    if (digit == words[0].npos) {
      throw std::invalid_argument(fmt::format("no IPv6 counter: '{}'", words[0]));
    }
    Enter(words[0].substr(0, digit + 1), words[0].substr(digit + 1), Number(words[1]), values);
  }
}

std::string ReadFile(const std::string& path) {
  const Fd file(Check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
  std::string text;
  std::array<char, 16384> buffer;
  for (ssize_t length; (length = read(file.get(), buffer.data(), buffer.size())) != 0;) {
    if (length < 0) throw EnvironmentError("read", path, errno);
    text.append(buffer.data(), static_cast<std::size_t>(length));
  }
  return text;
}

std::string_view BareName(std::string_view full) { return full.substr(full.find('.') + 1); }

bool IsNstatName(std::string_view full, std::string_view name) {
  const std::size_t dot = full.find('.');
  return name.size() + 1 == full.size() && name.starts_with(full.substr(0, dot)) &&
         name.ends_with(full.substr(dot + 1));
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Levenshtein's edit distance, letter case ignored.
std::size_t Distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (Lower(left[i]) == Lower(right[j]) ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({replaced, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

std::vector<std::string_view> NearNames(const Counters::Values& values, std::string_view name) {
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const auto& [full, value] : values) {
    ranked.emplace_back(std::min(Distance(full, name), Distance(BareName(full), name)), full);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string_view> near;
  for (std::size_t i = 0; i < std::min(kNearNames, ranked.size()); ++i) {
    near.push_back(ranked[i].second);
  }
  return near;
}

}  // namespace

Counters Counters::Read(const NetworkNamespace& where) {
  const NamespaceScope inside(where);
  const std::string folder = "/proc/thread-self/net/";
  const std::string tables = ReadFile(folder + "snmp") + ReadFile(folder + "netstat");
  std::string ipv6;
  try {
    ipv6 = ReadFile(folder + "snmp6");
  } catch (const EnvironmentError& error) {
    if (error.error() != ENOENT) throw;
  }
  return Parse(tables, ipv6);
}

Counters Counters::Parse(std::string_view tables, std::string_view ipv6) {
  Counters counters;
  ParseTables(tables, counters.values_);
  ParseIpv6(ipv6, counters.values_);
  return counters;
}

std::int64_t Counters::Get(std::string_view name) const {
  if (const auto exact = values_.find(name); exact != values_.end()) return exact->second;
  std::vector<std::string_view> matches;
  std::int64_t found = 0;
  for (const auto& [full, value] : values_) {
    if (BareName(full) == name || IsNstatName(full, name)) {
      matches.push_back(full);
      found = value;
    }
  }
  if (matches.size() == 1) return found;
  throw std::out_of_range(
      matches.empty() ? fmt::format("no counter '{}'; near ones: {}", name,
                                    fmt::join(NearNames(values_, name), ", "))
                      : fmt::format("counter '{}' may be {}", name, fmt::join(matches, " or ")));
}

Counters::Values Counters::Since(const Counters& before) const {
  Values grown;
  for (const auto& [name, value] : values_) {
    const auto earlier = before.values_.find(name);
    // netstat and snmp6 leave some counters out until they are first used.
    const std::int64_t growth = value - (earlier == before.values_.end() ? 0 : earlier->second);
    if (growth != 0) grown[name] = growth;
  }
  return grown;
}

}  // namespace halfopen

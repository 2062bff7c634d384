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

#include "harness/record/keeper.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

constexpr std::size_t kNearNames = 5;

// Counters that the text of a growth names.
constexpr std::size_t kToldCounters = 12;

Keeper<CounterGrowth> counter_growth;

// Cuts the text up to `separator` off the front of `rest`.
std::string_view NextPart(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// Cuts the next word off the front of `rest`; empty at its end.
std::string_view NextWord(std::string_view& rest) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const auto begin = std::find_if_not(rest.begin(), rest.end(), is_blank);
  const auto end = std::find_if(begin, rest.end(), is_blank);
  rest = std::string_view(end, rest.end());
  return {begin, end};
}

std::int64_t Number(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) {
    throw std::invalid_argument(fmt::format("no counter value: '{}'", word));
  }
  return value;
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

std::string FullName(std::string_view group, std::string_view name) {
  return fmt::format("{}.{}", group, name);
}

// Whether `text` is `group`, then `separator`, then `name`.
bool IsJoined(std::string_view text, std::string_view group, std::string_view separator,
              std::string_view name) {
  return text.size() == group.size() + separator.size() + name.size() && text.ends_with(name) &&
         text.starts_with(group) && text.substr(group.size()).starts_with(separator);
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

// Of `names` (full ones) those that `name` is nearest to.
std::vector<std::string> NearNames(const std::vector<std::string>& names, std::string_view name) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const std::string& full : names) {
    const std::string_view bare = std::string_view(full).substr(full.find('.') + 1);
    ranked.emplace_back(std::min(Distance(full, name), Distance(bare, name)), full);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> near;
  for (std::size_t i = 0; i < std::min(kNearNames, ranked.size()); ++i) {
    near.push_back(ranked[i].second);
  }
  return near;
}

}  // namespace

class Counters::Parser {
 public:
  explicit Parser(std::vector<Entry>& entries) : entries_(entries) {}

  // "Tcp: InSegs OutSegs" over "Tcp: 1 2".
  void ParseTables(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = NextPart(text, '\n');
      std::string_view names = line;
      std::string_view numbers = NextPart(text, '\n');
      std::string_view group = NextWord(names);
      if (!group.ends_with(':') || NextWord(numbers) != group) ThrowNoPair(line);
      group.remove_suffix(1);
      while (true) {
        const std::string_view name = NextWord(names);
        const std::string_view number = NextWord(numbers);
        if (name.empty() != number.empty()) ThrowNoPair(line);
        if (name.empty()) break;
        entries_.push_back({group, name, Number(number)});
      }
    }
  }

  // "Ip6InReceives   1", whose group has no end of its own.
  void ParseIpv6(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = NextPart(text, '\n');
      std::string_view rest = line;
      const std::string_view name = NextWord(rest);
      const std::string_view number = NextWord(rest);
      if (number.empty() || !NextWord(rest).empty()) {
        throw std::invalid_argument(fmt::format("no counter line: '{}'", line));
      }
      const std::size_t digit = name.find('6');
      if (digit == name.npos) {
        throw std::invalid_argument(fmt::format("no IPv6 counter: '{}'", name));
      }
      entries_.push_back({name.substr(0, digit + 1), name.substr(digit + 1), Number(number)});
    }
  }

 private:
  [[noreturn]] static void ThrowNoPair(std::string_view line) {
    throw std::invalid_argument(fmt::format("no pair of counter lines: '{}'", line));
  }

  std::vector<Entry>& entries_;
};

Counters Counters::Read(const NetworkNamespace& where, std::string host) {
  const NamespaceScope inside(where);
  const std::string folder = "/proc/thread-self/net/";
  const std::string tables = ReadFile(folder + "snmp") + ReadFile(folder + "netstat");
  std::string ipv6;
  try {
    ipv6 = ReadFile(folder + "snmp6");
  } catch (const EnvironmentError& error) {
    if (error.error() != ENOENT) throw;
  }
  Counters counters = Parse(tables, ipv6);
  counters.time_ = Clock::now();
  counters.host_ = std::move(host);
  return counters;
}

Counters Counters::Parse(std::string_view tables, std::string_view ipv6) {
  Counters counters;
  auto text = std::make_shared<std::string>();
  text->reserve(tables.size() + ipv6.size());
  text->append(tables).append(ipv6);
  counters.entries_.reserve(512);
  Parser parser(counters.entries_);
  parser.ParseTables(std::string_view(*text).substr(0, tables.size()));
  parser.ParseIpv6(std::string_view(*text).substr(tables.size()));
  counters.text_ = std::move(text);
  return counters;
}

std::int64_t Counters::Get(std::string_view name) const {
  std::vector<std::string> matches;
  std::int64_t found = 0;
  for (const Entry& entry : entries_) {
    if (!name.ends_with(entry.name)) continue;
    if (IsJoined(name, entry.group, ".", entry.name)) return entry.value;
    if (entry.name == name || IsJoined(name, entry.group, "", entry.name)) {
      matches.push_back(FullName(entry.group, entry.name));
      found = entry.value;
    }
  }
  if (matches.size() == 1) return found;
  if (!matches.empty()) {
    throw std::out_of_range(
        fmt::format("counter '{}' may be {}", name, fmt::join(matches, " or ")));
  }
  std::vector<std::string> names;
  for (const Entry& entry : entries_) names.push_back(FullName(entry.group, entry.name));
  throw std::out_of_range(
      fmt::format("no counter '{}'; near ones: {}", name, fmt::join(NearNames(names, name), ", ")));
}

const Counters::Entry* Counters::Find(const Entry& other, std::size_t likely_at) const {
  const auto is_same = [&other](const Entry& entry) {
    return entry.name == other.name && entry.group == other.group;
  };
  if (likely_at < entries_.size() && is_same(entries_[likely_at])) return &entries_[likely_at];
  const auto found = std::ranges::find_if(entries_, is_same);
  return found == entries_.end() ? nullptr : &*found;
}

Counters::Values Counters::Since(const Counters& before) const {
  Values grown;
  std::size_t next = 0;
  for (const Entry& entry : entries_) {
    const Entry* const earlier = before.Find(entry, next);
    // netstat and snmp6 leave some counters out until they are first used.
    const std::int64_t growth = entry.value - (earlier == nullptr ? 0 : earlier->value);
    if (growth != 0) grown.emplace(FullName(entry.group, entry.name), growth);
    if (earlier != nullptr) next = static_cast<std::size_t>(earlier - before.entries_.data()) + 1;
  }
  if (!host_.empty()) counter_growth.Tell({time_, host_, grown});
  return grown;
}

std::string CounterGrowth::ToString() const {
  std::vector<std::string> words;
  for (const std::string_view group : {"TcpExt.", "Tcp.", ""}) {
    for (const auto& [name, by] : grown) {
      const bool is_of_tcp = name.starts_with("TcpExt.") || name.starts_with("Tcp.");
      if (group.empty() ? is_of_tcp : !name.starts_with(group)) continue;
      words.push_back(fmt::format("{} {:+}", name, by));
    }
  }
  const std::size_t left = words.size() - std::min(words.size(), kToldCounters);
  words.resize(words.size() - left);
  if (left > 0) words.push_back(fmt::format("{} more", left));
  if (words.empty()) words.emplace_back("no counter has grown");
  return fmt::format("{}: {}", host, fmt::join(words, ", "));
}

void KeepCounterGrowth(std::function<void(const CounterGrowth&)> keeper) {
  counter_growth.Set(std::move(keeper));
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/duration_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace halfopen {
namespace {

struct Unit {
  std::uint64_t nanoseconds;
  int digits;  // behind the point, down to one nanosecond
  std::string_view name;
};

constexpr Unit kUnits[] = {{1'000'000'000, 9, "s"}, {1'000'000, 6, "ms"}, {1'000, 3, "us"}};

}  // namespace

std::string DurationText(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  const bool negative = duration < Duration::zero();
  // Negated as unsigned: the least duration has no positive counterpart.
  const auto bits = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t count = negative ? 0 - bits : bits;
  std::string text = negative ? "-" : "";
  for (const Unit& unit : kUnits) {
    if (count < unit.nanoseconds) continue;
    text += fmt::format("{}", count / unit.nanoseconds);
    if (const std::uint64_t rest = count % unit.nanoseconds; rest != 0) {
      text += fmt::format(".{:0{}}", rest, unit.digits);
      text.erase(text.find_last_not_of('0') + 1);
    }
    return text.append(unit.name);
  }
  return text + fmt::format("{}ns", count);
}

}  // namespace halfopen

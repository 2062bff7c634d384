// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/deviation.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

namespace halfopen {
namespace {

// Whether `kernel` is `first` or follows it: in mainline, or in its own stable series.
bool IsFrom(std::string_view first, const KernelVersion& kernel) {
  const KernelVersion version = KernelVersion::Parse(first);
  const bool same_series = version.major == kernel.major && version.minor == kernel.minor;
  return kernel >= version && (version.patch == 0 || same_series);
}

bool Reached(const std::vector<std::string_view>& firsts, const KernelVersion& kernel) {
  return std::ranges::any_of(firsts, [&](std::string_view first) { return IsFrom(first, kernel); });
}

std::string List(const std::vector<std::string_view>& versions) {
  std::string list;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (i != 0) list += i + 1 == versions.size() ? " and " : ", ";
    list += versions[i];
  }
  return list;
}

// A function's static, because constants enter themselves before main in an unknown order.
std::vector<Deviation>& Entered() {
  static std::vector<Deviation> entered;
  return entered;
}

}  // namespace

Deviation Known(Deviation deviation) {
  Entered().push_back(deviation);
  return deviation;
}

std::vector<Deviation> KnownDeviations() {
  std::vector<Deviation> known = Entered();
  std::ranges::sort(known, {}, [](const Deviation& one) {
    const std::vector<std::string_view>& firsts = one.since.empty() ? one.before : one.since;
    return std::tuple(KernelVersion::Parse(firsts.front()), one.Condition(), one.reason);
  });
  const auto repeated = std::ranges::unique(known);
  known.erase(repeated.begin(), repeated.end());
  return known;
}

bool Deviation::AppliesTo(const KernelVersion& kernel) const {
  return (since.empty() || Reached(since, kernel)) && !Reached(before, kernel);
}

std::string Deviation::Condition() const {
  std::string condition = "Linux";
  if (!since.empty()) condition += " since " + List(since);
  if (!before.empty()) condition += " before " + List(before);
  return condition;
}

std::string Deviation::ToString() const {
  return fmt::format("{} ({}; {})", reason, Condition(), source);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/run_options.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <utility>

#include "harness/venue/debian_kernel.h"

namespace halfopen {

std::optional<Duration> ParseDuration(std::string_view text) {
  double number = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
  constexpr std::array<std::pair<std::string_view, double>, 7> kUnits{
      {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"m", 60}, {"min", 60}, {"h", 3600}}};
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  for (const auto& [name, seconds] : kUnits) {
    // A hundred years fit into Duration; more is no timeout that anybody means.
    if (unit == name && number * seconds <= 3.0e9) {
      return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(number * seconds));
    }
  }
  return std::nullopt;
}

std::string FormatDuration(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  return seconds < 1 ? fmt::format("{:.4g} ms", seconds * 1e3) : fmt::format("{:.6g} s", seconds);
}

std::string_view ToString(Profile profile) {
  return profile == Profile::kFast ? "fast" : "default";
}

bool IsKernelFile(const std::string& kernel) {
  return kernel.find('/') != std::string::npos ||
         (!DebianVersion(kernel) && std::filesystem::exists(kernel));
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/sources.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>

namespace halfopen {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> ReadSource(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Where a file is kept; nullopt for a name that leads out of the folder. An absolute name (a suite
// of another repository) is kept by all of it but the root.
std::optional<fs::path> PlaceOf(const std::string& file) {
  const fs::path place = fs::path(file).relative_path().lexically_normal();
  if (place.empty() || *place.begin() == ".." || place == ".") return std::nullopt;
  return "sources" / place;
}

}  // namespace

void ForEachSource(const RunReport& report,
                   const std::function<void(const fs::path&, std::string_view)>& write) {
  std::set<std::string> files;
  for (const ScenarioResult& result : report.results) {
    files.insert(result.scenario.file);
    for (const Failure& failure : result.failures) {
      // An absolute name that came from elsewhere must not fetch a file of this machine.
      if (fs::path(failure.file).is_relative()) files.insert(failure.file);
    }
  }
  for (const std::string& file : files) {
    const std::optional<fs::path> place = PlaceOf(file);
    if (!place) continue;
    std::optional<std::string> text = ReadSource(file);
    if (!text) text = ReadSource(fs::path(HALFOPEN_SOURCE_DIR) / file);
    if (text) write(*place, *text);
  }
}

std::string ReadKeptSource(const fs::path& folder, const std::string& file) {
  const std::optional<fs::path> place = PlaceOf(file);
  if (!place) return {};
  // A link on the way would lead out of the folder too.
  std::error_code error;
  fs::path above = folder;
  for (const fs::path& part : place->parent_path()) {
    above /= part;
    if (!fs::is_directory(fs::symlink_status(above, error))) return {};
  }
  return ReadSource(folder / *place).value_or("");
}

}  // namespace halfopen

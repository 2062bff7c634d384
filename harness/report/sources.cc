// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/sources.h"

#include <optional>
#include <set>

#include "netns/regular_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

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
    std::optional<std::string> text = ReadRegularFile(file);
    if (!text) text = ReadRegularFile(fs::path(HALFOPEN_SOURCE_DIR) / file);
    if (text) write(*place, *text);
  }
}

std::string ReadKeptSource(const fs::path& folder, const std::string& file) {
  const std::optional<fs::path> place = PlaceOf(file);
  if (!place) return {};
  // A link on the way would lead out of the folder too.
  fs::path above = folder;
  for (const fs::path& part : place->parent_path()) {
    above /= part;
    if (!IsFolder(above)) return {};
  }
  return ReadRegularFile(folder / *place).value_or("");
}

}  // namespace halfopen

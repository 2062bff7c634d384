// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/packer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <optional>
#include <string_view>

#include "fixtures/find_program.h"
#include "harness/venue/program_needs.h"
#include "netns/error.h"

namespace halfopen {

namespace fs = std::filesystem;

namespace {

// Where programs are searched in a guest (StartPayload(), init/init.cc).
constexpr std::array<std::string_view, 5> kGuestPath = {"/usr/local/bin", "/usr/bin", "/bin",
                                                        "/usr/sbin", "/sbin"};

}  // namespace

void Packer::AddProgram(const std::string& name) {
  const std::optional<std::string> path = FindProgram(name);
  if (!path || !fs::exists(*path)) return;
  Add(*path, Needs::kAll);
  const bool looked_up = name.find('/') == std::string::npos;
  if (looked_up &&
      std::ranges::find(kGuestPath, fs::path(*path).parent_path().string()) == kGuestPath.end()) {
    archive_.AddLink(fs::path(kGuestPath.front()) / name, *path);
  }
}

void Packer::AddProgramAs(const fs::path& place, const fs::path& program) {
  AddContent(place, program, Needs::kAll);
}

void Packer::AddFile(const fs::path& path) { Add(path, Needs::kWhatIsThere); }

void Packer::Add(const fs::path& path, Needs needs) {
  const bool relative = path.is_relative();
  const fs::path file = relative ? path : AddLinksTo(path);
  const fs::path place = relative ? ("/" / path).lexically_normal() : file;
  if (fs::is_directory(file)) {
    AddFolder(place, file, needs);
  } else if (fs::is_regular_file(file)) {
    AddContent(place, file, needs);
  }
}

void Packer::AddFolder(const fs::path& place, const fs::path& folder, Needs needs) {
  archive_.AddFolder(place);
  if (!folders_.insert(fs::canonical(folder)).second) return;  // a link led back to it
  std::set<fs::path> entries;  // in an order that is the same everywhere
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) entries.insert(entry);
  for (const fs::path& entry : entries) Add(entry, needs);
}

void Packer::AddContent(const fs::path& place, const fs::path& file, Needs needs) {
  if (archive_.Has(place)) return;
  archive_.AddFrom(place, file);
  const ProgramNeeds needed = NeedsOf(file);
  if (needs == Needs::kAll && !needed.missing.empty()) {
    throw EnvironmentError("pack", file.string(), ENOENT,
                           fmt::format("it needs {}; without it the program starts in no guest",
                                       fmt::join(needed.missing, " and ")));
  }
  for (const fs::path& path : needed.libraries) archive_.AddFrom(AddLinksTo(path), path);
  for (const fs::path& path : needed.interpreters) Add(path, needs);
}

// Adds every symbolic link that path_resolution(7) meets, and returns the path without links. What
// a dangling link names is returned, too.
fs::path Packer::AddLinksTo(const fs::path& path) {
  constexpr int kMostLinks = 40;  // as many as the kernel follows
  fs::path real = "/";
  std::list<fs::path> rest(path.begin(), path.end());
  for (int links = 0; !rest.empty();) {
    const fs::path part = rest.front();
    rest.pop_front();
    if (part.is_absolute()) real = "/";
    if (part.empty() || part == "." || part == "/") continue;
    if (part == "..") {
      real = real.parent_path();
      continue;
    }
    if (!fs::is_symlink(real / part)) {
      real /= part;
      continue;
    }
    if (++links > kMostLinks) throw EnvironmentError("follow", path.string(), ELOOP);
    const fs::path target = fs::read_symlink(real / part);
    archive_.AddLink(real / part, target.string());
    rest.insert(rest.begin(), target.begin(), target.end());
  }
  return real;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/kernel_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "harness/venue/debian_kernel.h"
#include "harness/venue/full_disk.h"
#include "harness/venue/given_kernel.h"
#include "harness/venue/kernel_staging.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

constexpr char kGiven[] = "given";  // folder of the user's own kernels, named by their content

// The absolute path in an environment variable; empty if there is none. The XDG base directory
// specification has relative ones ignored.
fs::path FolderIn(const char* variable) {
  const char* value = std::getenv(variable);
  const fs::path path(value == nullptr ? "" : value);
  return path.is_absolute() ? path : fs::path();
}

void AppendEntries(const fs::path& folder, std::vector<KernelEntry>& entries) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory(error) || name.starts_with(".") || name == kGiven) continue;
    entries.push_back(ReadKernelEntry(entry.path()));
  }
}

}  // namespace

KernelStore KernelStore::InCache() {
  if (const fs::path cache = FolderIn("XDG_CACHE_HOME"); !cache.empty()) {
    return KernelStore(cache / "halfopen/kernels");
  }
  const fs::path home = FolderIn("HOME");
  if (home.empty()) {
    throw EnvironmentError("kernel cache", "", 0,
                           "neither XDG_CACHE_HOME nor HOME names a folder; set XDG_CACHE_HOME");
  }
  return KernelStore(home / ".cache/halfopen/kernels");
}

KernelStore::KernelStore(fs::path cache) : cache_(std::move(cache)) {}

std::vector<KernelEntry> KernelStore::Entries() const {
  std::vector<KernelEntry> entries;
  AppendEntries(cache_, entries);
  AppendEntries(cache_ / kGiven, entries);
  std::sort(entries.begin(), entries.end(), [](const KernelEntry& a, const KernelEntry& b) {
    return a.kernel.name < b.kernel.name;
  });
  return entries;
}

std::vector<Kernel> KernelStore::List() const {
  std::vector<Kernel> kernels;
  for (KernelEntry& entry : Entries()) {
    if (entry.damage.empty()) kernels.push_back(std::move(entry.kernel));
  }
  return kernels;
}

Kernel KernelStore::Find(const std::string& name) const {
  const auto is_debian = DebianVersion(name).has_value();
  std::error_code error;
  if (!is_debian || !fs::is_directory(cache_ / name, error)) {
    throw EnvironmentError("kernel", name, 0,
                           fmt::format("it is not in the cache; run: halfopen kernels add {}",
                                       is_debian ? name : "debian-6.12"));
  }
  KernelEntry entry = ReadKernelEntry(cache_ / name);
  if (!entry.damage.empty()) {
    throw EnvironmentError("kernel", name, 0,
                           fmt::format("its copy in the cache is damaged ({}); run: halfopen "
                                       "kernels add {}",
                                       entry.damage, name));
  }
  return std::move(entry.kernel);
}

Kernel KernelStore::Add(const std::string& name,
                        const std::function<void(const std::string&)>& tell) {
  const std::optional<std::string> version = DebianVersion(name);
  if (!version) {
    throw EnvironmentError("kernel", name, 0,
                           "names are debian-VERSION, as debian-6.12; for a kernel of your own: "
                           "halfopen run --kernel path/to/bzImage --modules DIR");
  }
  const fs::path place = cache_ / name;
  const auto is_whole = [&] {
    return fs::is_directory(place) && ReadKernelEntry(place).damage.empty();
  };
  if (is_whole()) return Find(name);
  KernelStaging staging(cache_, tell);
  if (is_whole()) return Find(name);  // whoever had the lock has added it
  WithFullDiskExplained("kernel " + name, cache_, 400, [&] {
    const fs::path package = DownloadDebianKernel(*version, staging.folder(), tell);
    tell("unpacking " + package.filename().string());
    const std::string release = UnpackDebianKernel(package, staging.folder(), staging.entry());
    WriteKernelRecord(staging.entry(), name, release);
    staging.Publish(place);
  });
  return Find(name);
}

Kernel KernelStore::FromFiles(const fs::path& image, const fs::path& modules) {
  GivenKernel given(image, modules);
  const fs::path place = cache_ / kGiven / given.key();
  const auto found = [&]() -> std::optional<Kernel> {
    if (!fs::is_directory(place)) return std::nullopt;
    KernelEntry entry = ReadKernelEntry(place);
    if (!entry.damage.empty()) return std::nullopt;
    entry.kernel.name = image.string();
    entry.kernel.modules = given.modules();
    return std::move(entry.kernel);
  };
  if (const std::optional<Kernel> kernel = found()) return *kernel;
  KernelStaging staging(cache_, [](const std::string&) {});
  if (const std::optional<Kernel> kernel = found()) return *kernel;
  WithFullDiskExplained("kernel " + image.string(), cache_, 400, [&] {
    given.Unpack(staging.entry());
    staging.Publish(place);
  });
  // A kernel that is being worked on is built often; of each image only the last is kept.
  for (const KernelEntry& entry : Entries()) {
    if (entry.kernel.name == given.name() && entry.kernel.folder != place) {
      fs::remove_all(entry.kernel.folder);
    }
  }
  return found().value();
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/kernel_staging.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

constexpr char kRemedy[] = "set XDG_CACHE_HOME to a folder that you may write";

constexpr char kPrefix[] = ".unpacking-";

void MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw EnvironmentError("kernel cache: mkdir", folder.string(), error.value(), kRemedy);
}

// Takes the lock; the kernel gives it back when the process ends, however it does.
Fd Lock(const std::string& file, const std::function<void(const std::string&)>& tell) {
  Fd lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!lock) throw EnvironmentError("kernel cache: open", file, errno, kRemedy);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) == 0) return lock;
  tell("another halfopen is adding a kernel; waiting for it");
  while (flock(lock.get(), LOCK_EX) != 0) Check(errno == EINTR ? 0 : -1, "flock", file);
  return lock;
}

// Removes what a killed halfopen was making. What cannot be removed is left for the next time: the
// grandchildren of the killed one may write there for a moment still.
void RemoveLeftovers(const fs::path& cache) {
  std::vector<fs::path> leftovers;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(cache, error)) {
    if (entry.path().filename().string().starts_with(kPrefix)) leftovers.push_back(entry.path());
  }
  for (const fs::path& folder : leftovers) fs::remove_all(folder, error);
}

}  // namespace

KernelStaging::KernelStaging(const fs::path& cache,
                             const std::function<void(const std::string&)>& tell)
    : cache_(cache) {
  MakeFolder(cache_);
  lock_ = Lock((cache_ / ".lock").string(), tell);
  RemoveLeftovers(cache_);
  std::string pattern = (cache_ / kPrefix).string() + "XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    throw EnvironmentError("kernel cache: mkdtemp", pattern, errno, kRemedy);
  }
  folder_ = pattern;
  MakeFolder(entry());
}

KernelStaging::~KernelStaging() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

void KernelStaging::Publish(const fs::path& place) {
  MakeFolder(place.parent_path());
  // A file may not reach the disk after its name does: a power cut would leave it empty.
  const Fd fd(
      Check(open(entry().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", entry().string()));
  Check(syncfs(fd.get()), "syncfs", entry().string());
  if (fs::exists(place)) {
    Check(rename(place.c_str(), (folder_ / "replaced").c_str()), "rename", place.string());
  }
  Check(rename(entry().c_str(), place.c_str()), "rename", place.string());
}

}  // namespace halfopen

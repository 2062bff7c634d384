// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/kernel_staging.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

constexpr char kRemedy[] = "set XDG_CACHE_HOME to a folder that you may write";

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

}  // namespace

KernelStaging::KernelStaging(const fs::path& cache,
                             const std::function<void(const std::string&)>& tell)
    : cache_(cache), folder_(cache / ".unpacking") {
  MakeFolder(cache_);
  lock_ = Lock((cache_ / ".lock").string(), tell);
  std::error_code error;
  fs::remove_all(folder_, error);
  if (error)
    throw EnvironmentError("kernel cache: remove", folder_.string(), error.value(), kRemedy);
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

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_CPIO_H_
#define HALFOPEN_HARNESS_VENUE_CPIO_H_

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace halfopen {

// Builds a cpio archive of the "newc" format, in which the kernel takes its initramfs
// (Documentation/driver-api/early-userspace/buffer-format.rst). Equal contents give equal bytes: no
// time stamp, owner or inode of this machine gets in. Not thread-safe.
class CpioArchive {
 public:
  // `path` is where it will lie in the guest ("/usr/bin/nc"); its folders are added before it, and
  // what was added already is left as it is. `mode` are permission bits.
  void AddFile(const std::filesystem::path& path, std::string_view content, unsigned mode = 0644);
  // The content of a file of this machine, with its execute permission. Throws EnvironmentError.
  void AddFrom(const std::filesystem::path& path, const std::filesystem::path& source);
  void AddFolder(const std::filesystem::path& path);
  // A symbolic link.
  void AddLink(const std::filesystem::path& path, const std::string& target);

  bool Has(const std::filesystem::path& path) const { return paths_.count(path.string()) == 1; }
  // The whole archive, with its trailer.
  std::string Finish() const;

 private:
  bool Begin(const std::filesystem::path& path);
  void Append(std::string_view name, unsigned mode, std::string_view content);

  std::set<std::string> paths_;
  std::string bytes_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_CPIO_H_

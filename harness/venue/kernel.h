// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_KERNEL_H_
#define HALFOPEN_HARNESS_VENUE_KERNEL_H_

#include <filesystem>
#include <string>

namespace halfopen {

// A kernel that a guest can boot. All paths are absolute.
struct Kernel {
  std::string name;               // "debian-6.12", or the image's path as the user gave it
  std::string release;            // as uname -r says: "6.12.117+deb12-cloud-amd64"
  std::filesystem::path image;    // an uncompressed ELF vmlinux that QEMU boots by PVH
  std::filesystem::path modules;  // the folder that has modules.dep; empty: none, all is built in
  std::filesystem::path config;   // its .config; empty where it is not known
  std::filesystem::path folder;   // in the cache; what is derived from the kernel is kept there
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_KERNEL_H_

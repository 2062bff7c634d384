// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_GIVEN_KERNEL_H_
#define HALFOPEN_HARNESS_VENUE_GIVEN_KERNEL_H_

#include <filesystem>
#include <string>

#include "harness/venue/kernel.h"

namespace halfopen {

// A kernel of the user's own: --kernel IMAGE --modules DIR.
class GivenKernel {
 public:
  // Reads the image. Throws EnvironmentError if it is no kernel or the folder has no modules.dep,
  // MissingCapability as ModulesFor() does.
  GivenKernel(const std::filesystem::path& image, const std::filesystem::path& modules);

  // The image's absolute path.
  std::string name() const { return image_.string(); }
  // The absolute path of the module folder; empty if there is none.
  const std::filesystem::path& modules() const { return modules_; }
  // Made of the content of the image and of the modules that a guest loads.
  const std::string& key() const { return key_; }

  // Makes an entry of the cache of it: vmlinux (a link if the image is one), the .config if the
  // image carries it or config-RELEASE lies beside it, and the record. Throws EnvironmentError if
  // QEMU cannot boot it or the modules are another kernel's, MissingCapability as ModulesFor()
  // does.
  void Unpack(const std::filesystem::path& entry) const;

 private:
  // What is known of it before it is unpacked.
  Kernel Describe() const;

  std::filesystem::path image_;
  std::filesystem::path modules_;
  std::string bytes_;  // of the image
  std::string release_;
  std::string key_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_GIVEN_KERNEL_H_

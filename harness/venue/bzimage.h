// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_BZIMAGE_H_
#define HALFOPEN_HARNESS_VENUE_BZIMAGE_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace halfopen {

// A compressed kernel image as boot loaders take it: a header and, compressed, the vmlinux that
// QEMU boots sooner (Documentation/arch/x86/boot.rst of the kernel).
class BzImage {
 public:
  // True if `bytes` begin as a bzImage does.
  static bool Is(std::string_view bytes);

  // Takes a file's bytes; `file` is for the errors. Throws EnvironmentError if they are no bzImage
  // or end too early.
  BzImage(std::string bytes, std::filesystem::path file);

  // As uname -r will say.
  std::string release() const;
  // Writes the vmlinux. Throws EnvironmentError, also if the image is damaged; MissingCapability
  // if this machine lacks the program that decompresses it.
  void WriteVmlinux(const std::filesystem::path& vmlinux) const;

 private:
  std::string_view Part(std::size_t offset, std::size_t size) const;

  std::string bytes_;
  std::filesystem::path file_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_BZIMAGE_H_

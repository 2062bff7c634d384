// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/given_kernel.h"

#include <fmt/format.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <vector>

#include "harness/venue/bzimage.h"
#include "harness/venue/decompress.h"
#include "harness/venue/kernel_entry.h"
#include "harness/venue/kernel_modules.h"
#include "harness/venue/vmlinux.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// A SHA-1 of the content, as a UUID.
std::string Hash(const std::string& content) {
  const boost::uuids::name_generator_sha1 generate(boost::uuids::ns::oid());
  return to_string(generate(content.data(), content.size()));
}

void RequireModulesOf(const std::string& release, const fs::path& module, const fs::path& folder) {
  const std::string built_for = ReleaseOfModule(ReadModule(module));
  if (built_for.empty() || built_for == release) return;
  throw EnvironmentError(
      "--modules", folder.string(), 0,
      fmt::format("they belong to {}, the kernel is {}; give its own", built_for, release));
}

}  // namespace

GivenKernel::GivenKernel(const fs::path& image, const fs::path& modules)
    : image_(fs::absolute(image)), modules_(modules.empty() ? modules : fs::absolute(modules)) {
  if (fs::is_directory(image_)) {
    throw EnvironmentError("--kernel", image.string(), 0,
                           "it is a folder; give the file arch/x86/boot/bzImage");
  }
  if (!modules.empty() && !fs::exists(modules_ / "modules.dep")) {
    throw EnvironmentError("--modules", modules.string(), 0,
                           "it has no modules.dep; give the folder lib/modules/RELEASE that make "
                           "modules_install leaves");
  }
  bytes_ = ReadWhole(image_);
  if (BzImage::Is(bytes_)) {
    release_ = BzImage(bytes_, image_).release();
  } else if (IsVmlinux(bytes_)) {
    release_ = ReleaseOfVmlinux(bytes_);
  }
  if (release_.empty()) {
    throw EnvironmentError("--kernel", image.string(), 0,
                           "it is neither a bzImage nor a vmlinux of Linux for x86-64");
  }
  std::string hashes = Hash(bytes_);
  for (const fs::path& module : ModulesFor(Describe())) hashes += Hash(ReadWhole(module));
  key_ = Hash(hashes);
}

Kernel GivenKernel::Describe() const {
  Kernel kernel;
  kernel.name = name();
  kernel.release = release_;
  kernel.modules = modules_;
  return kernel;
}

void GivenKernel::Unpack(const fs::path& entry) const {
  const fs::path vmlinux = entry / "vmlinux";
  if (IsVmlinux(bytes_)) {
    fs::create_symlink(image_, vmlinux);  // with debug information it may be huge
  } else {
    BzImage(bytes_, image_).WriteVmlinux(vmlinux);
  }
  const std::string unpacked = ReadWhole(vmlinux);
  if (!HasPvhEntry(unpacked)) {
    throw MissingCapability(fmt::format(
        "the kernel {} ({}) lacks CONFIG_PVH, by which QEMU boots it: build it with that",
        image_.string(), release_));
  }
  Kernel kernel = Describe();
  if (const auto config = GzippedConfig(unpacked)) {
    const fs::path compressed = entry / "config.gz";
    WriteWhole(compressed, *config);
    Decompress(*CompressionOfData(*config), compressed, entry / "config");
    fs::remove(compressed);
    kernel.config = entry / "config";
  } else if (const fs::path beside = image_.parent_path() / ("config-" + release_);
             fs::exists(beside)) {  // as in /boot
    fs::copy_file(beside, entry / "config");
    kernel.config = entry / "config";
  }
  const std::vector<fs::path> modules = ModulesFor(kernel);
  if (!modules.empty()) RequireModulesOf(release_, modules.front(), modules_);
  WriteKernelRecord(entry, name(), release_);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <set>

#include "harness/venue/bzimage.h"
#include "harness/venue/debian_kernel.h"
#include "harness/venue/kernel_modules.h"
#include "harness/venue/tool.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

void Require(const ToolOutcome& outcome, const std::string& call, const fs::path& object) {
  if (!outcome.ok()) throw EnvironmentError(call, object.string(), 0, outcome.Complaint());
}

// boot/vmlinuz-RELEASE. Throws EnvironmentError if the package has none.
fs::path ImageIn(const fs::path& root, const fs::path& package) {
  if (fs::is_directory(root / "boot")) {
    for (const fs::directory_entry& entry : fs::directory_iterator(root / "boot")) {
      if (entry.path().filename().string().starts_with("vmlinuz-")) return entry.path();
    }
  }
  throw EnvironmentError("kernel package", package.string(), 0, "it has no boot/vmlinuz-*");
}

// Moves what scenarios can ever need: the network's modules, and what these need.
void MoveModules(const Kernel& kernel, const fs::path& to) {
  std::set<fs::path> kept{"modules.dep", "modules.builtin"};
  for (const fs::path& file : ModulesFor(kernel)) {
    kept.insert(file.lexically_relative(kernel.modules));
  }
  const auto is_kept = [&](const std::string& file) {
    return kept.contains(file) || file.starts_with("kernel/net/") ||
           file.starts_with("kernel/lib/") || file.starts_with("kernel/crypto/");
  };
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kernel.modules)) {
    const fs::path file = entry.path().lexically_relative(kernel.modules);
    if (!entry.is_regular_file() || !is_kept(file.string())) continue;
    fs::create_directories((to / file).parent_path());
    fs::rename(entry.path(), to / file);
  }
}

}  // namespace

std::string UnpackDebianKernel(const fs::path& package, const fs::path& scratch,
                               const fs::path& entry) {
  const fs::path root = scratch / "package";
  Require(RunTool({"dpkg-deb", "dpkg"}, {"-x", package.string(), root.string()}), "dpkg-deb -x",
          package);
  const fs::path image = ImageIn(root, package);
  const BzImage bzimage(ReadWhole(image), image);
  Kernel kernel;
  kernel.name = package.stem().string();
  kernel.release = bzimage.release();
  bzimage.WriteVmlinux(entry / "vmlinux");
  fs::rename(root / "boot" / ("config-" + kernel.release), entry / "config");
  kernel.config = entry / "config";
  // Packages of Debian 13 and later say usr/lib; depmod looks in lib.
  if (!fs::exists(root / "lib")) fs::create_directory_symlink("usr/lib", root / "lib");
  kernel.modules = root / "lib/modules" / kernel.release;
  Require(RunTool({"depmod", "kmod"}, {"-b", root.string(), kernel.release}), "depmod",
          kernel.modules);
  MoveModules(kernel, entry / "modules");
  return kernel.release;
}

}  // namespace halfopen

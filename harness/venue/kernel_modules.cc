// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/kernel_modules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "harness/venue/decompress.h"
#include "harness/venue/kernel_needs.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// "kernel/net/netfilter/nft-log.ko.xz" -> "nft_log", as lsmod(8) says.
std::string ModuleName(const fs::path& file) {
  std::string name = file.filename().string();
  name = name.substr(0, name.find(".ko"));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// The tristate and bool options of a .config: "CONFIG_VETH" -> 'm'.
std::map<std::string, char> ReadConfig(const fs::path& file) {
  std::map<std::string, char> options;
  std::istringstream lines(ReadWhole(file));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos && line.size() == equals + 2) {
      options[line.substr(0, equals)] = line.back();
    }
  }
  return options;
}

// What `scripts/sign-file` appends: the signature, struct module_signature with the signature's
// length as its last field (big-endian), and this magic (include/linux/module_signature.h).
void CutSignature(std::string& module) {
  constexpr std::string_view kMagic = "~Module signature appended~\n";
  constexpr std::size_t kTrailer = 12;
  if (!std::string_view(module).ends_with(kMagic) || module.size() < kMagic.size() + kTrailer) {
    return;
  }
  module.resize(module.size() - kMagic.size());
  std::size_t length = 0;
  for (std::size_t i = 4; i > 0; --i) {
    length = length << 8 | static_cast<unsigned char>(module[module.size() - i]);
  }
  module.resize(module.size() - std::min(kTrailer + length, module.size()));
}

// A module folder as depmod(8) leaves it.
class ModuleFolder {
 public:
  explicit ModuleFolder(const fs::path& folder) : folder_(folder) {
    if (folder.empty()) return;
    std::istringstream dependencies(ReadWhole(folder / "modules.dep"));
    for (std::string line; std::getline(dependencies, line);) {
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos) continue;
      std::istringstream rest(line.substr(colon + 1));
      Module& module = modules_[ModuleName(line.substr(0, colon))];
      module.file = line.substr(0, colon);
      module.needs.assign(std::istream_iterator<std::string>(rest), {});
    }
    if (!fs::exists(folder / "modules.builtin")) return;
    std::istringstream builtin(ReadWhole(folder / "modules.builtin"));
    for (std::string line; std::getline(builtin, line);) builtin_.insert(ModuleName(line));
  }

  bool HasFile(const std::string& name) const { return modules_.contains(name); }
  bool HasBuiltIn(const std::string& name) const { return builtin_.contains(name); }

  // Puts a module behind all that it depends on.
  void Load(const std::string& name) {
    const auto found = modules_.find(name);
    if (found == modules_.end() || !loaded_.insert(name).second) return;
    // Its softdep: crc32c by whichever module. crc32c-intel finds no such instruction in a guest.
    if (name == "libcrc32c") Load("crc32c_generic");
    const Module& module = found->second;
    for (auto need = module.needs.rbegin(); need != module.needs.rend(); ++need) {
      Load(ModuleName(*need));
    }
    order_.push_back(folder_ / module.file);
  }

  std::vector<fs::path> Take() { return std::move(order_); }

 private:
  struct Module {
    fs::path file;                   // below the folder
    std::vector<std::string> needs;  // files; the last loads first
  };

  fs::path folder_;
  std::map<std::string, Module> modules_;
  std::set<std::string> builtin_;
  std::set<std::string> loaded_;
  std::vector<fs::path> order_;
};

}  // namespace

std::vector<fs::path> ModulesFor(const Kernel& kernel) {
  ModuleFolder folder(kernel.modules);
  std::optional<std::map<std::string, char>> config;
  if (!kernel.config.empty()) config = ReadConfig(kernel.config);
  const auto setting = [&](std::string_view option) {
    const auto found = config->find(std::string(option));
    return found == config->end() ? 'n' : found->second;
  };

  std::vector<std::string> missing;
  for (const ModuleNeed& need : kModuleNeeds) {
    const std::string name(need.module);
    if (folder.HasFile(name)) {
      folder.Load(name);
      continue;
    }
    if (!need.always || folder.HasBuiltIn(name)) continue;
    // Without modules and without a .config nothing tells; the guest will.
    if (config ? setting(need.option) == 'y' : kernel.modules.empty()) continue;
    missing.push_back(config && setting(need.option) == 'm'
                          ? fmt::format("the module {} ({}=m)", name, need.option)
                          : std::string(need.option));
  }
  for (const std::string_view option : kOptionNeeds) {
    if (config && setting(option) != 'y') missing.emplace_back(option);
  }
  if (!missing.empty()) {
    throw MissingCapability(
        fmt::format("the kernel {} ({}) lacks {}, which halfopen needs: build it with them{}",
                    kernel.name, kernel.release, fmt::join(missing, ", "),
                    kernel.modules.empty() ? ", or give its modules: --modules DIR" : ""));
  }
  return folder.Take();
}

std::string ReadModule(const fs::path& file) {
  const Compression* compression = CompressionOfFile(file);
  std::string module = compression == nullptr ? ReadWhole(file) : Decompressed(*compression, file);
  CutSignature(module);
  return module;
}

std::string ReleaseOfModule(const std::string& module) {
  constexpr std::string_view kVermagic = "vermagic=";  // in the section .modinfo
  const std::size_t at = module.find(kVermagic);
  if (at == std::string::npos) return {};
  const std::size_t start = at + kVermagic.size();
  return module.substr(start, module.find(' ', start) - start);
}

}  // namespace halfopen

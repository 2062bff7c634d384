// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/kernel_entry.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "harness/venue/snapshot_record.h"
#include "harness/venue/whole_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

constexpr char kKernelRecord[] = "kernel.json";

// What is wrong with the files that the record names; empty if nothing is.
std::string DamageOf(const fs::path& folder, const nlohmann::json& files) {
  for (const auto& [name, size] : files.items()) {
    std::error_code error;
    const std::uintmax_t now = fs::file_size(folder / name, error);
    if (error) return fmt::format("{}: {}", name, error.message());
    if (now != size.get<std::uintmax_t>()) {
      return fmt::format("{} has {} bytes instead of {}", name, now, size.get<std::uintmax_t>());
    }
  }
  return {};
}

std::uintmax_t SizeOf(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error);
       it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code gone;
    if (!it->is_regular_file(gone) || it->is_symlink(gone)) continue;
    // What it takes on the disk: the RAM of a snapshot is mostly holes.
    struct stat status {};
    if (stat(it->path().c_str(), &status) == 0) {
      bytes += static_cast<std::uintmax_t>(status.st_blocks) * 512;
    }
  }
  return bytes;
}

fs::path IfExists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error) ? path : fs::path();
}

}  // namespace

KernelEntry ReadKernelEntry(const fs::path& folder) {
  KernelEntry entry;
  entry.kernel.name = folder.filename().string();
  entry.kernel.folder = folder;
  entry.kernel.image = folder / "vmlinux";
  entry.kernel.config = IfExists(folder / "config");
  entry.kernel.modules = IfExists(folder / "modules");
  entry.bytes = SizeOf(folder);
  entry.snapshot = HasSnapshot(folder);
  try {
    std::ifstream in(folder / kKernelRecord);
    const nlohmann::json record = nlohmann::json::parse(in);
    entry.kernel.name = record.at("name");
    entry.kernel.release = record.at("release");
    entry.damage = DamageOf(folder, record.at("files"));
  } catch (const nlohmann::json::exception&) {
    entry.damage = fmt::format("{} is missing or unreadable", kKernelRecord);
  }
  return entry;
}

void WriteKernelRecord(const fs::path& folder, const std::string& name,
                       const std::string& release) {
  nlohmann::ordered_json files = nlohmann::ordered_json::object();
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder)] = entry.file_size();
  }
  const nlohmann::ordered_json record = {{"name", name}, {"release", release}, {"files", files}};
  WriteWhole(folder / kKernelRecord, record.dump(1) + "\n");
}

}  // namespace halfopen

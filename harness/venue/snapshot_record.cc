// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/snapshot_record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>

#include "harness/venue/ram_file.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

constexpr char kSnapshotRecord[] = "snapshot.json";
constexpr std::array kFiles = {"ram", "state"};

// FNV-1a over words of eight bytes in four lanes: it is there to find a torn write, and has to be
// fast. Pages of zeros are left out, so that a hole is the same as a zero that was written.
std::string ChecksumOf(const Fd& file, const std::string& name) {
  constexpr std::uint64_t kPrime = 0x100000001b3;
  std::array<std::uint64_t, 4> lanes;
  lanes.fill(0xcbf29ce484222325);
  ForEachPage(file, name, [&](std::uint64_t offset, std::string_view page) {
    std::array<std::uint64_t, kPageSize / sizeof(std::uint64_t)> words{};
    std::memcpy(words.data(), page.data(), page.size());
    lanes[0] = (lanes[0] ^ offset) * kPrime;
    for (std::size_t i = 0; i < words.size(); i += lanes.size()) {
      for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
        lanes[lane] = (lanes[lane] ^ words[i + lane]) * kPrime;
      }
    }
  });
  return fmt::format("{:016x}", fmt::join(lanes, ""));
}

nlohmann::json Describe(const fs::path& path) {
  const std::string name = path.string();
  const Fd file(Check(open(name.c_str(), O_RDONLY | O_CLOEXEC), "open", name));
  struct stat status {};
  Check(fstat(file.get(), &status), "fstat", name);
  return {{"size", status.st_size}, {"checksum", ChecksumOf(file, name)}};
}

}  // namespace

void WriteSnapshotRecord(const fs::path& folder) {
  nlohmann::json record = nlohmann::json::object();
  for (const char* name : kFiles) record[name] = Describe(folder / name);
  WriteWhole(folder / kSnapshotRecord, record.dump() + "\n");
}

std::string DamageOfSnapshot(const fs::path& folder) {
  try {
    std::ifstream in(folder / kSnapshotRecord);
    const nlohmann::json record = nlohmann::json::parse(in, nullptr, false);
    if (!record.is_object()) return fmt::format("{} is missing or unreadable", kSnapshotRecord);
    for (const char* name : kFiles) {
      if (!record.contains(name)) return fmt::format("{} lacks {}", kSnapshotRecord, name);
      if (Describe(folder / name) != record[name]) {
        return fmt::format("{} is not what was recorded", name);
      }
    }
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

bool HasSnapshot(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (fs::exists(entry.path() / kSnapshotRecord, error)) return true;
  }
  return false;
}

}  // namespace halfopen

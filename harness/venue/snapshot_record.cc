// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/snapshot_record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "harness/venue/whole_file.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

constexpr char kRecord[] = "snapshot.json";
constexpr std::array kFiles = {"ram", "state"};

// FNV-1a over words of eight bytes: it is there to find a torn write, and has to be fast.
class Checksum {
 public:
  void Add(std::uint64_t word) { hash_ = (hash_ ^ word) * 0x100000001b3; }
  // Zeros are left out, so that a hole and a written zero are the same; the place of what is not
  // zero counts.
  void AddBlock(std::uint64_t offset, const char* bytes, std::size_t size) {
    for (std::size_t i = 0; i < size; i += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + i, std::min(sizeof word, size - i));
      if (word == 0) continue;
      Add(word);
      Add(offset + i);
    }
  }
  std::string Text() const { return fmt::format("{:016x}", hash_); }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

// The checksum of a file's data; its holes cost nothing.
std::string ChecksumOf(int file, std::uint64_t size, const std::string& name) {
  Checksum checksum;
  std::vector<char> block(1 << 18);
  std::uint64_t at = 0;
  while (at < size) {
    const off_t data = lseek(file, static_cast<off_t>(at), SEEK_DATA);
    if (data < 0 && errno == ENXIO) break;  // only a hole is left
    at = data < 0 ? at : static_cast<std::uint64_t>(data) & ~std::uint64_t{7};
    const ssize_t n = pread(file, block.data(), block.size(), static_cast<off_t>(at));
    Check(n < 0 ? -1 : 0, "read", name);
    if (n == 0) break;
    checksum.AddBlock(at, block.data(), static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  return checksum.Text();
}

nlohmann::json Describe(const fs::path& path) {
  const std::string name = path.string();
  const Fd file(Check(open(name.c_str(), O_RDONLY | O_CLOEXEC), "open", name));
  struct stat status {};
  Check(fstat(file.get(), &status), "fstat", name);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return {{"size", size}, {"checksum", ChecksumOf(file.get(), size, name)}};
}

}  // namespace

void WriteSnapshotRecord(const fs::path& folder) {
  nlohmann::json record = nlohmann::json::object();
  for (const char* name : kFiles) record[name] = Describe(folder / name);
  WriteWhole(folder / kRecord, record.dump() + "\n");
}

std::string DamageOfSnapshot(const fs::path& folder) {
  try {
    std::ifstream in(folder / kRecord);
    const nlohmann::json record = nlohmann::json::parse(in, nullptr, false);
    if (!record.is_object()) return fmt::format("{} is missing or unreadable", kRecord);
    for (const char* name : kFiles) {
      if (!record.contains(name)) return fmt::format("{} lacks {}", kRecord, name);
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
    if (fs::exists(entry.path() / kRecord, error)) return true;
  }
  return false;
}

}  // namespace halfopen

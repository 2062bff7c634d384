// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/live_evidence.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>

#include "netns/error.h"
#include "netns/write_all.h"

namespace halfopen {
namespace {

// In front of each piece: its file's name and its bytes follow.
struct PieceHeader {
  std::uint32_t name_size;
  std::uint32_t size;
};

// The memory as it is now.
class Mapping {
 public:
  explicit Mapping(int memory) {
    struct stat status {};
    Check(fstat(memory, &status), "fstat", "live evidence");
    size_ = static_cast<std::size_t>(status.st_size);
    if (size_ == 0) return;
    begin_ = mmap(nullptr, size_, PROT_READ, MAP_SHARED, memory, 0);
    if (begin_ == MAP_FAILED) throw EnvironmentError("mmap", "live evidence", errno);
  }
  ~Mapping() {
    if (size_ != 0) munmap(begin_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::string_view text() const { return {static_cast<const char*>(begin_), size_}; }

 private:
  void* begin_ = nullptr;
  std::size_t size_ = 0;
};

// Each file's pieces in their order.
std::map<std::string_view, std::string> Files(std::string_view rest) {
  std::map<std::string_view, std::string> files;
  PieceHeader header{};
  while (rest.size() >= sizeof header) {
    std::memcpy(&header, rest.data(), sizeof header);
    rest.remove_prefix(sizeof header);
    if (rest.size() < std::uint64_t{header.name_size} + header.size) break;
    files[rest.substr(0, header.name_size)].append(rest.substr(header.name_size, header.size));
    rest.remove_prefix(header.name_size + header.size);
  }
  return files;
}

}  // namespace

LiveEvidence LiveEvidence::Create() {
  Fd memory(Check(memfd_create("halfopen-evidence", MFD_CLOEXEC), "memfd_create", "live evidence"));
  // Pieces of several threads follow each other whole.
  Check(fcntl(memory.get(), F_SETFL, O_APPEND), "fcntl", "live evidence");
  return LiveEvidence(std::move(memory));
}

int LiveEvidence::Append(std::string_view file, std::string_view bytes) const {
  PieceHeader header{static_cast<std::uint32_t>(file.size()),
                     static_cast<std::uint32_t>(bytes.size())};
  const std::array<iovec, 3> pieces{{{&header, sizeof header},
                                     {const_cast<char*>(file.data()), file.size()},
                                     {const_cast<char*>(bytes.data()), bytes.size()}}};
  const auto size = static_cast<ssize_t>(sizeof header + file.size() + bytes.size());
  ssize_t written = 0;
  while ((written = writev(memory_.get(), pieces.data(), pieces.size())) < 0 && errno == EINTR) {
  }
  if (written == size) return 0;
  return written < 0 ? errno : ENOSPC;
}

void LiveEvidence::Unpack(const std::filesystem::path& folder, std::string_view left_out) const {
  const Mapping mapping(memory_.get());
  for (const auto& [name, content] : Files(mapping.text())) {
    if (name == left_out) continue;
    const std::string path = (folder / std::filesystem::path(name).filename()).string();
    const Fd file(
        Check(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                   0644),
              "open", path));
    WriteAll(file, content, path);
  }
}

}  // namespace halfopen

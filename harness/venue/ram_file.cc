// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/ram_file.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "netns/error.h"

namespace halfopen {
namespace {

std::uint64_t SizeOf(const Fd& file, std::string_view name) {
  struct stat status {};
  Check(fstat(file.get(), &status), "fstat", name);
  return static_cast<std::uint64_t>(status.st_size);
}

bool IsZero(std::string_view page) {
  return page.front() == '\0' && std::memcmp(page.data(), page.data() + 1, page.size() - 1) == 0;
}

}  // namespace

Fd MakeMemory(std::uint64_t size) {
  Fd memory(Check(memfd_create("ram", MFD_CLOEXEC), "memfd_create", "ram"));
  Check(ftruncate(memory.get(), static_cast<off_t>(size)), "ftruncate", "ram");
  return memory;
}

std::filesystem::path PathForChild(const Fd& descriptor) {
  return fmt::format("/proc/{}/fd/{}", getpid(), descriptor.get());
}

void ForEachPage(const Fd& file, std::string_view name,
                 const std::function<void(std::uint64_t offset, std::string_view page)>& visit) {
  std::vector<char> block(64 * kPageSize);
  const std::uint64_t size = SizeOf(file, name);
  for (std::uint64_t at = 0; at < size;) {
    const off_t data = lseek(file.get(), static_cast<off_t>(at), SEEK_DATA);
    if (data < 0 && errno == ENXIO) return;  // only a hole is left
    if (data >= 0) at = static_cast<std::uint64_t>(data) / kPageSize * kPageSize;
    const ssize_t n = pread(file.get(), block.data(), block.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    Check(n < 0 ? -1 : 0, "read", name);
    if (n == 0) return;
    const std::string_view bytes(block.data(), static_cast<std::size_t>(n));
    for (std::size_t offset = 0; offset < bytes.size(); offset += kPageSize) {
      const std::string_view page = bytes.substr(offset, kPageSize);
      if (!IsZero(page)) visit(at + offset, page);
    }
    at += bytes.size();
  }
}

void CopyPages(const Fd& from, const Fd& to, std::string_view name) {
  Check(ftruncate(to.get(), static_cast<off_t>(SizeOf(from, name))), "ftruncate", name);
  ForEachPage(from, name, [&](std::uint64_t offset, std::string_view page) {
    while (!page.empty()) {
      const ssize_t n = pwrite(to.get(), page.data(), page.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      Check(n < 0 ? -1 : 0, "write", name);
      page.remove_prefix(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
  });
}

}  // namespace halfopen

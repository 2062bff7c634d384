// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/init/cpio_unpack.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace halfopen {
namespace {

// Thirteen fields of eight hexadecimal digits behind the magic (Documentation/driver-api/
// early-userspace/buffer-format.rst).
constexpr std::size_t kMagicSize = 6;
constexpr std::size_t kFieldSize = 8;
constexpr std::size_t kHeaderSize = kMagicSize + 13 * kFieldSize;
enum Field { kMode = 1, kFileSize = 6, kNameSize = 11 };

unsigned long FieldOf(const char* header, Field field) {
  char digits[kFieldSize + 1] = {};
  memcpy(digits, header + kMagicSize + static_cast<std::size_t>(field) * kFieldSize, kFieldSize);
  return strtoul(digits, nullptr, 16);
}

std::size_t Aligned(std::size_t offset) { return (offset + 3) & ~std::size_t{3}; }

bool WriteAll(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = write(file, bytes, size);
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool Make(const char* path, mode_t mode, const char* bytes, std::size_t size) {
  if (S_ISDIR(mode)) return mkdir(path, mode & 07777U) == 0 || errno == EEXIST;
  unlink(path);
  if (S_ISLNK(mode)) {
    char target[4096] = {};
    if (size >= sizeof target) return false;
    memcpy(target, bytes, size);
    return symlink(target, path) == 0;
  }
  const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & 07777U);
  if (file < 0) return false;
  const bool whole = WriteAll(file, bytes, size);
  close(file);
  return whole;
}

}  // namespace

const char* UnpackCpio(const char* root, const char* bytes, std::size_t size) {
  static char path[4096];
  const int prefix = snprintf(path, sizeof path, "%s/", root);
  if (prefix < 0 || static_cast<std::size_t>(prefix) >= sizeof path) {
    errno = ENAMETOOLONG;
    return root;
  }
  const std::size_t room = sizeof path - static_cast<std::size_t>(prefix);
  char* const name = path + prefix;
  for (std::size_t at = 0; at + kHeaderSize <= size;) {
    const char* header = bytes + at;
    if (memcmp(header, "070701", kMagicSize) != 0) break;
    const std::size_t name_size = FieldOf(header, kNameSize);
    const std::size_t file_size = FieldOf(header, kFileSize);
    const std::size_t data = Aligned(at + kHeaderSize + name_size);
    if (name_size == 0 || name_size >= room || data + file_size > size) break;
    memcpy(name, header + kHeaderSize, name_size);
    name[name_size] = '\0';
    if (strcmp(name, "TRAILER!!!") == 0) return nullptr;
    if (!Make(path, static_cast<mode_t>(FieldOf(header, kMode)), bytes + data, file_size)) {
      return path;
    }
    at = Aligned(data + file_size);
  }
  errno = EBADMSG;
  return "the payload";
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/cpio.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/venue/whole_file.h"

namespace halfopen {
namespace {

constexpr char kTrailer[] = "TRAILER!!!";

void AppendMember(std::string& bytes, std::size_t number, std::string_view name, unsigned mode,
                  std::string_view content) {
  // magic, ino, mode, uid, gid, nlink, mtime, filesize, device major and minor, rdev major and
  // minor, namesize, check
  bytes += fmt::format(
      "070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}"
      "{:08x}{:08x}",
      number, mode, 0, 0, 1, 0, content.size(), 0, 0, 0, 0, name.size() + 1, 0);
  bytes += name;
  bytes += '\0';
  bytes.resize((bytes.size() + 3) & ~std::size_t{3}, '\0');
  bytes += content;
  bytes.resize((bytes.size() + 3) & ~std::size_t{3}, '\0');
}

}  // namespace

bool CpioArchive::Begin(const std::filesystem::path& path) {
  if (Has(path)) return false;
  if (path.has_parent_path() && path.parent_path() != "/") AddFolder(path.parent_path());
  paths_.insert(path.string());
  return true;
}

void CpioArchive::Append(std::string_view name, unsigned mode, std::string_view content) {
  if (!name.empty() && name.front() == '/') name.remove_prefix(1);
  AppendMember(bytes_, paths_.size(), name, mode, content);
}

void CpioArchive::AddFile(const std::filesystem::path& path, std::string_view content,
                          unsigned mode) {
  if (Begin(path)) Append(path.string(), S_IFREG | mode, content);
}

void CpioArchive::AddFrom(const std::filesystem::path& path, const std::filesystem::path& source) {
  if (Has(path)) return;
  AddFile(path, ReadWhole(source), access(source.c_str(), X_OK) == 0 ? 0755 : 0644);
}

void CpioArchive::AddFolder(const std::filesystem::path& path) {
  if (Begin(path)) Append(path.string(), S_IFDIR | 0755, {});
}

void CpioArchive::AddLink(const std::filesystem::path& path, const std::string& target) {
  if (Begin(path)) Append(path.string(), S_IFLNK | 0777, target);
}

std::string CpioArchive::Finish() const {
  std::string whole = bytes_;
  AppendMember(whole, 0, kTrailer, 0, {});
  return whole;
}

}  // namespace halfopen

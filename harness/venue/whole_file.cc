// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "netns/error.h"
#include "netns/fd.h"
#include "netns/write_all.h"

namespace halfopen {

std::string ReadWhole(const std::filesystem::path& file) {
  const std::string name = file.string();
  const Fd fd(Check(open(name.c_str(), O_RDONLY | O_CLOEXEC), "open", name));
  struct stat status {};
  Check(fstat(fd.get(), &status), "fstat", name);
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t n = read(fd.get(), content.data() + size, content.size() - size);
    if (n < 0 && errno == EINTR) continue;
    Check(n < 0 ? -1 : 0, "read", name);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  content.resize(size);
  return content;
}

void WriteWhole(const std::filesystem::path& file, std::string_view content) {
  const std::string name = file.string();
  const Fd fd(
      Check(open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "open", name));
  WriteAll(fd, content, name);
}

}  // namespace halfopen

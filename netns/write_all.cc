// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/write_all.h"

#include <unistd.h>

#include <cerrno>

#include "netns/error.h"

namespace halfopen {

void WriteAll(const Fd& fd, std::string_view content, std::string_view name) {
  while (!content.empty()) {
    const ssize_t written = write(fd.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    Check(written < 0 ? -1 : 0, "write", name);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace halfopen

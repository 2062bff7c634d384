// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_WRITE_ALL_H_
#define HALFOPEN_NETNS_WRITE_ALL_H_

#include <string_view>

#include "netns/fd.h"

namespace halfopen {

// write(2) until everything is written; `name` is the file's, for the error. Throws
// EnvironmentError.
void WriteAll(const Fd& fd, std::string_view content, std::string_view name);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_WRITE_ALL_H_

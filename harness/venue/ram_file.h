// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_RAM_FILE_H_
#define HALFOPEN_HARNESS_VENUE_RAM_FILE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "netns/fd.h"

namespace halfopen {

inline constexpr std::uint64_t kPageSize = 4096;

// Memory of `size` bytes that has a descriptor, but no name and no place on a disk. Throws
// EnvironmentError.
Fd MakeMemory(std::uint64_t size);
// A path by which a child of this process can open the descriptor, to write too.
std::filesystem::path PathForChild(const Fd& descriptor);

// Calls `visit` for each page of a file that is not all zero, with its offset; the last one may be
// shorter. Holes cost nothing. Throws EnvironmentError; `name` is for its words.
void ForEachPage(const Fd& file, std::string_view name,
                 const std::function<void(std::uint64_t offset, std::string_view page)>& visit);
// Makes `to` the same as `from`, with holes where there are zeros. Throws EnvironmentError.
void CopyPages(const Fd& from, const Fd& to, std::string_view name);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_RAM_FILE_H_

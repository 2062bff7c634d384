// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_WHOLE_FILE_H_
#define HALFOPEN_HARNESS_VENUE_WHOLE_FILE_H_

#include <filesystem>
#include <string>
#include <string_view>

namespace halfopen {

// The whole content of a file. Throws EnvironmentError.
std::string ReadWhole(const std::filesystem::path& file);
// Makes a file of this content. Throws EnvironmentError.
void WriteWhole(const std::filesystem::path& file, std::string_view content);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_WHOLE_FILE_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_DECOMPRESS_H_
#define HALFOPEN_HARNESS_VENUE_DECOMPRESS_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/venue/tool.h"

namespace halfopen {

// A format that kernel images and modules are compressed in.
struct Compression {
  std::string_view name;       // "zstd"
  std::string_view magic;      // what its data begins with
  std::string_view extension;  // of a compressed module: ".zst"; empty: modules never are
  std::string_view program;    // decompresses standard input with -dc
  std::string_view package;    // has the program

  Tool tool() const { return {std::string(program), std::string(package)}; }
};

// The compression that `data` begins with, or that a file is named after; nullptr if it is none of
// those that halfopen can undo (gzip, xz, zstd, lz4).
const Compression* CompressionOfData(std::string_view data);
const Compression* CompressionOfFile(const std::filesystem::path& file);

// Decompresses `input` into `output`. Throws MissingCapability where the program is not installed,
// EnvironmentError with its complaint if it fails.
void Decompress(const Compression& compression, const std::filesystem::path& input,
                const std::filesystem::path& output);
// The same into memory.
std::string Decompressed(const Compression& compression, const std::filesystem::path& input);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_DECOMPRESS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/decompress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "netns/error.h"

namespace halfopen {
namespace {

using namespace std::string_view_literals;

// The magic numbers are those of the kernel's lib/decompress.c. Its lz4 is the legacy frame format.
constexpr std::array<Compression, 4> kCompressions{{
    {"gzip", "\x1f\x8b"sv, ".gz", "gzip", "gzip"},
    {"xz",
     "\xfd"
     "7zXZ\0"sv,
     ".xz", "xz", "xz-utils"},
    {"zstd", "\x28\xb5\x2f\xfd"sv, ".zst", "zstd", "zstd"},
    {"lz4", "\x02\x21\x4c\x18"sv, "", "lz4", "lz4"},
}};

template <typename Predicate>
const Compression* Find(const Predicate& predicate) {
  const auto* found = std::find_if(kCompressions.begin(), kCompressions.end(), predicate);
  return found == kCompressions.end() ? nullptr : found;
}

void Require(const ToolOutcome& outcome, const Compression& compression,
             const std::filesystem::path& input) {
  if (outcome.ok()) return;
  throw EnvironmentError(fmt::format("{} -dc", compression.program), input.string(), 0,
                         outcome.Complaint());
}

}  // namespace

const Compression* CompressionOfData(std::string_view data) {
  return Find([&](const Compression& one) { return data.starts_with(one.magic); });
}

const Compression* CompressionOfFile(const std::filesystem::path& file) {
  return Find([&](const Compression& one) {
    return !one.extension.empty() && file.extension() == one.extension;
  });
}

void Decompress(const Compression& compression, const std::filesystem::path& input,
                const std::filesystem::path& output) {
  Require(RunTool(compression.tool(), {"-dc"}, {input, output, {}}), compression, input);
}

std::string Decompressed(const Compression& compression, const std::filesystem::path& input) {
  ToolOutcome outcome = RunTool(compression.tool(), {"-dc"}, {input, {}, {}});
  Require(outcome, compression, input);
  return std::move(outcome.output);
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/bzimage.h"

#include <endian.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "harness/venue/decompress.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// Offsets into the image (boot.rst, "The Real-Mode Kernel Header").
constexpr std::size_t kSetupSectors = 0x1f1;
constexpr std::size_t kMagic = 0x202;
constexpr std::size_t kProtocolVersion = 0x206;
constexpr std::size_t kKernelVersion = 0x20e;  // its text lies there plus 0x200
constexpr std::size_t kPayloadOffset = 0x248;
constexpr std::size_t kPayloadLength = 0x24c;
constexpr std::size_t kHeaderEnd = 0x250;
constexpr std::size_t kSector = 512;

template <typename T>
T Number(std::string_view bytes) {
  T number{};
  bytes.copy(reinterpret_cast<char*>(&number), sizeof number);
  if constexpr (sizeof number == 4) return le32toh(number);
  if constexpr (sizeof number == 2) return le16toh(number);
  return number;
}

}  // namespace

bool BzImage::Is(std::string_view bytes) {
  return bytes.size() >= kHeaderEnd && bytes.substr(kMagic, 4) == "HdrS";
}

BzImage::BzImage(std::string bytes, fs::path file)
    : bytes_(std::move(bytes)), file_(std::move(file)) {
  if (!Is(bytes_)) throw EnvironmentError("kernel image", file_.string(), 0, "it is no bzImage");
  // The payload's place is told since protocol 2.08 (Linux 2.6.26).
  if (Number<std::uint16_t>(Part(kProtocolVersion, 2)) < 0x208) {
    throw EnvironmentError("kernel image", file_.string(), 0, "its boot protocol is too old");
  }
}

std::string_view BzImage::Part(std::size_t offset, std::size_t size) const {
  if (offset > bytes_.size() || size > bytes_.size() - offset) {
    throw EnvironmentError("kernel image", file_.string(), 0,
                           fmt::format("it is truncated: {} bytes are there, {} belong to it",
                                       bytes_.size(), offset + size));
  }
  return std::string_view(bytes_).substr(offset, size);
}

std::string BzImage::release() const {
  const std::size_t offset = Number<std::uint16_t>(Part(kKernelVersion, 2)) + std::size_t{0x200};
  const std::string_view text = std::string_view(bytes_).substr(std::min(offset, bytes_.size()));
  return std::string(text.substr(0, text.find_first_of(std::string_view(" \0", 2))));
}

void BzImage::WriteVmlinux(const fs::path& vmlinux) const {
  const std::size_t sectors = static_cast<unsigned char>(bytes_[kSetupSectors]);
  const std::size_t start = ((sectors == 0 ? 4 : sectors) + 1) * kSector;
  std::string_view payload = Part(start + Number<std::uint32_t>(Part(kPayloadOffset, 4)),
                                  Number<std::uint32_t>(Part(kPayloadLength, 4)));
  const Compression* compression = CompressionOfData(payload);
  if (compression == nullptr || payload.size() < 8) {
    throw EnvironmentError("kernel image", file_.string(), 0,
                           "it is compressed in a way that halfopen cannot undo; give its vmlinux");
  }
  const std::uint32_t size = Number<std::uint32_t>(payload.substr(payload.size() - 4));
  // The last four bytes are the size of the vmlinux. Gzip ends with it anyhow, for all others the
  // kernel's build appends it (scripts/Makefile.lib), and the programs would complain.
  if (compression->name != "gzip") payload.remove_suffix(4);
  const fs::path compressed = vmlinux.string() + ".compressed";
  WriteWhole(compressed, payload);
  Decompress(*compression, compressed, vmlinux);
  fs::remove(compressed);
  if (fs::file_size(vmlinux) != size) {
    throw EnvironmentError("kernel image", file_.string(), 0,
                           fmt::format("its vmlinux has {} bytes instead of {}: it is damaged",
                                       fs::file_size(vmlinux), size));
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/notation_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "harness/expect/notation_print.h"

namespace halfopen {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t ReadNumber(Bytes bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

std::string PrintHex(Bytes bytes) {
  std::string hex;
  for (const std::uint8_t byte : bytes) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string PrintSackBlocks(Bytes data) {
  std::string blocks;
  for (std::size_t i = 0; i < data.size(); i += 8) {
    blocks +=
        fmt::format(" {}:{}", ReadNumber(data.subspan(i, 4)), ReadNumber(data.subspan(i + 4, 4)));
  }
  return blocks;
}

bool HasSackBlocks(std::uint8_t kind, std::size_t size) {
  return kind == kOptionSack && size != 0 && size % 8 == 0 && size <= 32;
}

// An option whose data has not the size that its kind has goes by number and bytes.
std::string PrintOption(std::uint8_t kind, Bytes data) {
  if (kind == kOptionMss && data.size() == 2) return fmt::format("mss {}", ReadNumber(data));
  if (kind == kOptionSackPermitted && data.empty()) return "sackOK";
  if (kind == kOptionWindowScale && data.size() == 1) {
    return fmt::format("wscale {}", ReadNumber(data));
  }
  if (kind == kOptionTimestamps && data.size() == 8) {
    return fmt::format("TS val {} ecr {}", ReadNumber(data.first(4)), ReadNumber(data.last(4)));
  }
  if (HasSackBlocks(kind, data.size())) return "sack" + PrintSackBlocks(data);
  if (kind == kOptionFastOpen) {
    return fmt::format("FO {}", data.empty() ? kCookieRequest : PrintHex(data));
  }
  return data.empty() ? fmt::format("option {}", kind)
                      : fmt::format("option {} {}", kind, PrintHex(data));
}

std::string PrintPattern(const OptionPattern& pattern) {
  const auto* word =
      std::find_if(kOptionWords.begin(), kOptionWords.end(),
                   [&](const OptionWord& known) { return known.kind == pattern.kind; });
  if (pattern.any_value && word != kOptionWords.end()) return std::string(word->word);
  return PrintOption(pattern.kind, pattern.bytes());
}

}  // namespace

std::string PrintOptions(std::span<const TcpOption> options) {
  std::string list;
  for (const TcpOption& option : options) {
    list += (list.empty() ? "" : ",") + PrintOption(option.kind, option.data);
  }
  return "<" + list + ">";
}

std::string PrintOptions(const OptionPatterns& options) {
  std::string list;
  for (const OptionPattern& option : options) {
    list += (list.empty() ? "" : ",") + PrintPattern(option);
  }
  return "<" + list + ">";
}

std::vector<TcpOption> RelativeOptions(const WirePacket& packet) {
  std::vector<TcpOption> options = packet.packet.options;
  const std::uint32_t first = packet.packet.acknowledgment - packet.acknowledgment;
  for (TcpOption& option : options) {
    if (!HasSackBlocks(option.kind, option.data.size())) continue;
    for (std::size_t i = 0; i < option.data.size(); i += 4) {
      const std::uint32_t edge = ReadNumber(Bytes(option.data).subspan(i, 4)) - first;
      for (std::size_t byte = 0; byte < 4; ++byte) {
        option.data[i + byte] = static_cast<std::uint8_t>(edge >> (24 - 8 * byte));
      }
    }
  }
  return options;
}

bool Matches(const OptionPatterns& patterns, std::span<const TcpOption> options) {
  return std::equal(
      patterns.begin(), patterns.end(), options.begin(), options.end(),
      [](const OptionPattern& pattern, const TcpOption& option) {
        return pattern.kind == option.kind &&
               (pattern.any_value || std::ranges::equal(pattern.bytes(), option.data));
      });
}

}  // namespace halfopen

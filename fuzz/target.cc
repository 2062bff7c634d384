// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz/target.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace halfopen::fuzz {

std::span<const Target> Targets() {
  static constexpr std::array kTargets{
      Target{"capture", CaptureFiles}, Target{"guest", GuestRecords},
      Target{"kernel", KernelImage},   Target{"notation", Notation},
      Target{"packet", PacketBytes},   Target{"report", ReportFolder},
      Target{"strace", StraceLines},   Target{"timeline", TimelineText},
      Target{"words", Words},
  };
  return kTargets;
}

std::vector<std::string_view> Parts(Input input, std::size_t count) {
  constexpr char kSeparator = 0x1e;
  std::vector<std::string_view> parts;
  std::string_view rest = AsText(input);
  while (parts.size() + 1 < count) {
    const std::size_t end = std::min(rest.find(kSeparator), rest.size());
    parts.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  parts.push_back(rest);
  return parts;
}

void Require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error(what);
}

}  // namespace halfopen::fuzz

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/captured.h"

#include <net/ethernet.h>

#include <algorithm>
#include <utility>

namespace halfopen {

std::optional<CapturedPacket> CapturedFrom(TimePoint time, std::span<const std::uint8_t> frame,
                                           std::size_t tap, const TapInfo& info) {
  std::optional<Packet> packet = DecodeEthernet(frame);
  if (!packet) return std::nullopt;
  const auto source = frame.subspan(ETH_ALEN, ETH_ALEN);
  return CapturedPacket{time,
                        tap,
                        std::ranges::equal(source, info.mac),
                        std::move(*packet),
                        {frame.begin() + ETH_HLEN, frame.end()}};
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_CAPTURED_H_
#define HALFOPEN_HARNESS_RECORD_CAPTURED_H_

#include <cstdint>
#include <optional>
#include <span>

#include "harness/timeline/raw_record.h"
#include "netns/clock.h"

namespace halfopen {

// What a tap saw: `frame` is Ethernet II, `tap` the index of its `info`. nullopt for a frame of
// which the record keeps nothing.
std::optional<CapturedPacket> CapturedFrom(TimePoint time, std::span<const std::uint8_t> frame,
                                           std::size_t tap, const TapInfo& info);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_CAPTURED_H_

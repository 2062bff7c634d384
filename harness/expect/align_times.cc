// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/align_times.h"

#include <algorithm>
#include <optional>

#include "harness/expect/duration_text.h"

namespace halfopen {
namespace {

// Packets that are closer than this belong to one exchange.
constexpr Duration kExchangeGap = std::chrono::milliseconds(1);

// The previous packet of the same sender, or of any if there is none; `index` must not be 0.
std::size_t FindBase(std::size_t index, std::span<const WirePacket> packets) {
  for (std::size_t base = index; base-- > 0;) {
    if (packets[base].from == packets[index].from) return base;
  }
  return index - 1;
}

std::size_t FindStartOfExchange(std::size_t base, std::span<const WirePacket> packets) {
  while (base > 0 && packets[base].time - packets[base - 1].time < kExchangeGap) --base;
  return base;
}

// The quiet that is violated most is the one to tell.
void KeepLonger(std::optional<TimeDifference>& kept, Duration nominal, Duration measured) {
  if (measured >= nominal || (kept.has_value() && kept->nominal >= nominal)) return;
  kept = {.nominal = nominal, .measured = measured, .bound = nominal};
}

}  // namespace

Timing TimeOf(Duration nominal, std::size_t index, const Record& record) {
  const TimePoint time = record.packets[index].time;
  if (index == 0) {
    return {.seen = time,
            .what = {},
            .nominal = nominal,
            .measured = Duration(0),
            .bound = nominal,
            .ahead = Duration(0)};
  }
  const std::size_t base = FindBase(index, record.packets);
  const TimePoint armed_first = record.packets[FindStartOfExchange(base, record.packets)].time;
  const TimePoint armed_last = record.packets[base].time;
  const Duration bound =
      nominal + (record.lateness ? record.lateness(nominal, armed_last, time) : Duration(0));
  // Any packet of the exchange may have armed it: what is right for one of them is right.
  return {.seen = time,
          .what = {},
          .nominal = nominal,
          .measured = std::clamp(bound, time - armed_last, time - armed_first),
          .bound = bound,
          .ahead = record.ahead ? record.ahead(armed_last) : Duration(0)};
}

void CheckQuiets(const Record& record, Judgement& judgement) {
  for (const ExpectedQuiet& quiet : judgement.expectation.quiets) {
    const WirePacket* last = nullptr;
    JudgedLine* next = nullptr;
    for (JudgedLine& line : judgement.lines) {
      if (line.missing()) continue;
      if (!line.extra() && *line.expected < quiet.before) {
        last = &record.packets[*line.packet];
        next = nullptr;
      } else if (next == nullptr) {
        next = &line;
      }
    }
    if (last == nullptr) continue;
    const TimePoint end = next != nullptr ? record.packets[*next->packet].time : record.end;
    const Duration measured = end - last->time;
    KeepLonger(next != nullptr ? next->quiet : judgement.unfinished_quiet, quiet.time, measured);
    judgement.timings.push_back({.seen = end,
                                 .what = "quiet " + DurationText(quiet.time),
                                 .nominal = quiet.time,
                                 .measured = measured,
                                 .bound = std::nullopt,
                                 .ahead = Duration(0)});
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_LADDER_ROWS_H_
#define HALFOPEN_HARNESS_REPORT_LADDER_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/report/ladder.h"

namespace halfopen {

// What a piece of a ladder's text is about, which decides its colour.
enum class LadderInk { kPlain, kFaint, kState, kTimer, kError, kFault, kCause, kProgram };

// One step of a ladder, from top to bottom: an arrow, or words beside lifelines, or a line across
// all of them.
struct LadderRow {
  struct Arrow {
    int from = -1;
    int to = -1;
    std::string text;      // flags and numbers, in packet notation
    bool missing = false;  // it was expected and did not come
    // The lifeline at which a rule stopped it, on the side from which it came; -1 if none did.
    int stopped_at = -1;
    bool lost = false;  // it left, and nobody saw it arrive
  };
  struct Words {
    int lifeline = -1;
    std::string text;
    LadderInk ink = LadderInk::kPlain;
  };

  std::int64_t time = 0;  // nanoseconds since the timeline's zero
  std::int64_t idle = 0;  // how long nothing had happened, if that is worth telling
  char mark = ' ';        // as in a wire's difference: '-', '+', '!'
  std::optional<Arrow> arrow;
  std::vector<Words> beside;
  std::string across;
  LadderInk across_ink = LadderInk::kPlain;
  std::vector<bool> blocked;  // of each lifeline: whether a call waits there
};

// `everything`: also the calls that only prepare or ask (socket(), getsockopt(), epoll_ctl()), and
// each wait of a program. `left_out` counts what else is left out.
struct LadderRows {
  std::vector<LadderRow> rows;
  std::size_t left_out = 0;
};
LadderRows RowsOf(const Ladder& ladder, bool everything);

// "0.208 s", "1.01 s", "7200.0 s".
std::string SecondsText(std::int64_t nanoseconds);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_LADDER_ROWS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_LADDER_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_LADDER_TEXT_H_

#include <string>

#include "harness/report/ladder.h"

namespace halfopen {

// How a ladder is printed.
struct LadderStyle {
  int width = 100;  // columns, at least 80
  bool color = false;
  bool utf8 = true;  // else ASCII alone
  bool everything = false;

  // What suits a descriptor, the environment and the locale of the process.
  static LadderStyle Detect(int fd);
};

// A ladder diagram as lines of text, at most `width` columns wide: a column of seconds since the
// first event, a lifeline for each host with its states, calls and programs beside it, and arrows
// between them. What came from outside is escaped.
std::string LadderText(const Ladder& ladder, const LadderStyle& style);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_LADDER_TEXT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_FIT_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_FIT_TEXT_H_

#include <string>
#include <string_view>

namespace halfopen {

// Text for a terminal, in which programs and packets may have put anything. All are thread-safe.

// `text` without what would move a cursor or change a colour: a control character (newlines and
// tabs stay) and a byte that is no UTF-8 are spelled \x1b.
std::string Harmless(std::string_view text);

// How many columns it takes, by wcwidth(3); `text` is UTF-8.
int ColumnsOf(std::string_view text);

// In one line, and in no more than `columns`: what is cut off is an "…" at the end.
std::string CutEnd(std::string_view text, int columns);
// The same, cut in the middle: of a scenario's name both ends tell it from others.
std::string CutMiddle(std::string_view text, int columns);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_FIT_TEXT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_FIT_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_FIT_TEXT_H_

#include <string>
#include <string_view>

namespace halfopen {

// Text of anybody's for the live lines and messages of a terminal, harmless as PrintableGlyphs()
// makes it. All are thread-safe.

// As it is, newlines and tabs too.
std::string Harmless(std::string_view text);

// How many columns it takes in one line.
int ColumnsOf(std::string_view text);

// In one line, and in no more than `columns`: what is cut off is an "…" at the end.
std::string CutEnd(std::string_view text, int columns);
// The same, cut in the middle: of a scenario's name both ends tell it from others.
std::string CutMiddle(std::string_view text, int columns);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_FIT_TEXT_H_

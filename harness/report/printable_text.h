// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_PRINTABLE_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_PRINTABLE_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace halfopen {

// What stands in one place of a terminal's line: a character, and what combines with it.
struct Symbol {
  std::string bytes;
  int columns = 1;
};

// Text of anybody's, made harmless: control characters come out as \n, \t and \x1b, those that
// change the direction of writing as \u202e, bytes that are no UTF-8 as \xff. Without `utf8` all
// that is not ASCII is escaped too.
std::vector<Symbol> PrintableSymbols(std::string_view text, bool utf8);
std::string Printable(std::string_view text, bool utf8);

int Columns(const std::vector<Symbol>& glyphs);

// Broken into lines of at most `width` columns, at spaces where there are any; what follows the
// first line is moved in by `indent`. At least one line.
std::vector<std::vector<Symbol>> Wrap(const std::vector<Symbol>& glyphs, int width, int indent);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_PRINTABLE_TEXT_H_

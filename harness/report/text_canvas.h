// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_TEXT_CANVAS_H_
#define HALFOPEN_HARNESS_REPORT_TEXT_CANVAS_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/report/printable_text.h"

namespace halfopen {

// A line of a terminal that is put together piece by piece, each with its SGR colour ("31", "1;36";
// empty for none). What lies beyond its width is cut off.
class TextLine {
 public:
  explicit TextLine(int width) : cells_(static_cast<std::size_t>(width)) {}

  void Put(int column, const std::vector<Symbol>& glyphs, std::string_view color);
  // One character in each column from `begin` up to, not including, `end`.
  void Fill(int begin, int end, const char* glyph, std::string_view color);
  // Without the spaces at its end, with a line feed.
  std::string Render(bool color) const;

 private:
  struct Cell {
    std::string bytes = " ";  // empty behind a character of two columns
    std::string_view color;
  };
  std::vector<Cell> cells_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_TEXT_CANVAS_H_

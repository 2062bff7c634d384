// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_GLYPHS_H_
#define HALFOPEN_HARNESS_REPORT_GLYPHS_H_

#include <string_view>
#include <vector>

namespace halfopen {

// A character of a text that anybody may have written, as a terminal would take it.
struct Glyph {
  std::string_view bytes;
  int columns = 0;         // by wcwidth(3); 0 if it joins the one before it
  bool printable = true;   // else it is a control character, hides or reorders others, or no UTF-8
  char32_t character = 0;  // 0 of a byte that is no UTF-8
};

// The characters of `text`, whatever the process' locale is. Thread-safe.
std::vector<Glyph> GlyphsOf(std::string_view text);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_GLYPHS_H_

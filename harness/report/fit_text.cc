// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/fit_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "harness/report/glyphs.h"

namespace halfopen {
namespace {

// In one line: what cannot be printed is a blank.
std::vector<Glyph> LineOf(std::string_view text) {
  std::vector<Glyph> glyphs = GlyphsOf(text);
  for (Glyph& glyph : glyphs) {
    if (!glyph.printable) glyph = {" ", 1, true, U' '};
  }
  return glyphs;
}

int Sum(const std::vector<Glyph>& glyphs) {
  int columns = 0;
  for (const Glyph& glyph : glyphs) columns += glyph.columns;
  return columns;
}

// Of the glyphs from `begin` on as many as have room.
template <typename Iterator>
Iterator Fitting(Iterator begin, Iterator end, int columns) {
  return std::find_if(begin, end,
                      [&](const Glyph& glyph) { return (columns -= glyph.columns) < 0; });
}

std::string Join(auto begin, auto end) {
  std::string text;
  for (auto it = begin; it != end; ++it) text += it->bytes;
  return text;
}

constexpr char kEllipsis[] = "…";

}  // namespace

std::string Harmless(std::string_view text) {
  std::string harmless;
  for (const Glyph& glyph : GlyphsOf(text)) {
    if (glyph.printable || glyph.bytes == "\n" || glyph.bytes == "\t") {
      harmless += glyph.bytes;
      continue;
    }
    for (const char byte : glyph.bytes) {
      harmless += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
  }
  return harmless;
}

int ColumnsOf(std::string_view text) { return Sum(LineOf(text)); }

std::string CutEnd(std::string_view text, int columns) {
  const std::vector<Glyph> glyphs = LineOf(text);
  if (Sum(glyphs) <= columns) return Join(glyphs.begin(), glyphs.end());
  if (columns < 1) return {};
  return Join(glyphs.begin(), Fitting(glyphs.begin(), glyphs.end(), columns - 1)) + kEllipsis;
}

std::string CutMiddle(std::string_view text, int columns) {
  const std::vector<Glyph> glyphs = LineOf(text);
  if (Sum(glyphs) <= columns) return Join(glyphs.begin(), glyphs.end());
  if (columns < 1) return {};
  const int tail = (columns - 1) / 2;
  const auto head_end = Fitting(glyphs.begin(), glyphs.end(), columns - 1 - tail);
  const auto tail_begin = Fitting(glyphs.rbegin(), glyphs.rend(), tail).base();
  return Join(glyphs.begin(), head_end) + kEllipsis + Join(tail_begin, glyphs.end());
}

}  // namespace halfopen

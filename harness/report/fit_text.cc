// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/fit_text.h"

#include <algorithm>
#include <vector>

#include "harness/report/printable_text.h"

namespace halfopen {
namespace {

constexpr char kEllipsis[] = "…";

// Of the glyphs from `begin` on as many as have room.
template <typename Iterator>
Iterator Fitting(Iterator begin, Iterator end, int columns) {
  return std::find_if(begin, end,
                      [&](const Glyph& glyph) { return (columns -= glyph.columns) < 0; });
}

std::string Joined(auto begin, auto end) {
  std::string text;
  for (auto it = begin; it != end; ++it) text += it->bytes;
  return text;
}

}  // namespace

std::string Harmless(std::string_view text) {
  std::string harmless;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
    harmless += Printable(text.substr(0, end), true);
    harmless += text.substr(end, 1);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return harmless;
}

int ColumnsOf(std::string_view text) { return Columns(PrintableGlyphs(text, true)); }

std::string CutEnd(std::string_view text, int columns) {
  const std::vector<Glyph> glyphs = PrintableGlyphs(text, true);
  if (Columns(glyphs) <= columns) return Joined(glyphs.begin(), glyphs.end());
  if (columns < 1) return {};
  return Joined(glyphs.begin(), Fitting(glyphs.begin(), glyphs.end(), columns - 1)) + kEllipsis;
}

std::string CutMiddle(std::string_view text, int columns) {
  const std::vector<Glyph> glyphs = PrintableGlyphs(text, true);
  if (Columns(glyphs) <= columns) return Joined(glyphs.begin(), glyphs.end());
  if (columns < 1) return {};
  const int tail = (columns - 1) / 2;
  const auto head_end = Fitting(glyphs.begin(), glyphs.end(), columns - 1 - tail);
  const auto tail_begin = Fitting(glyphs.rbegin(), glyphs.rend(), tail).base();
  return Joined(glyphs.begin(), head_end) + kEllipsis + Joined(tail_begin, glyphs.end());
}

}  // namespace halfopen

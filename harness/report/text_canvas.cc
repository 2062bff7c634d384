// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/text_canvas.h"

#include <fmt/format.h>

namespace halfopen {

void TextLine::Put(int column, const std::vector<Symbol>& glyphs, std::string_view color) {
  for (const Symbol& glyph : glyphs) {
    const int end = column + glyph.columns;
    if (column >= 0 && end <= static_cast<int>(cells_.size())) {
      cells_[static_cast<std::size_t>(column)] = {glyph.bytes, color};
      for (int i = column + 1; i < end; ++i) cells_[static_cast<std::size_t>(i)] = {"", color};
    }
    column = end;
  }
}

void TextLine::Fill(int begin, int end, const char* glyph, std::string_view color) {
  for (int column = begin; column < end; ++column) Put(column, {{glyph, 1}}, color);
}

std::string TextLine::Render(bool color) const {
  std::size_t size = cells_.size();
  while (size > 0 && cells_[size - 1].bytes == " ") --size;
  std::string text;
  std::string_view now;
  for (std::size_t i = 0; i < size; ++i) {
    const std::string_view next = cells_[i].bytes == " " ? std::string_view() : cells_[i].color;
    if (color && next != now) {
      if (!now.empty()) text += "\x1b[0m";
      if (!next.empty()) text += fmt::format("\x1b[{}m", next);
      now = next;
    }
    text += cells_[i].bytes;
  }
  if (!now.empty()) text += "\x1b[0m";
  return text + "\n";
}

}  // namespace halfopen

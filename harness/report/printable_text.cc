// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/printable_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "harness/report/glyphs.h"

namespace halfopen {
namespace {

std::string EscapedByte(unsigned char byte) {
  if (byte == '\n') return "\\n";
  if (byte == '\r') return "\\r";
  if (byte == '\t') return "\\t";
  return fmt::format("\\x{:02x}", byte);
}

void Append(std::vector<Symbol>& symbols, const std::string& ascii) {
  for (const char c : ascii) symbols.push_back({std::string(1, c), 1});
}

}  // namespace

std::vector<Symbol> PrintableSymbols(std::string_view text, bool utf8) {
  std::vector<Symbol> symbols;
  symbols.reserve(text.size());
  int combined = 0;
  for (const Glyph& glyph : GlyphsOf(text)) {
    if (glyph.printable && glyph.columns == 0 && utf8 && !symbols.empty()) {
      // A terminal may draw a tower of them over the lines above.
      if (++combined <= 2) symbols.back().bytes += glyph.bytes;
      continue;
    }
    combined = 0;
    if (glyph.printable && (utf8 || glyph.character < 0x80)) {
      symbols.push_back({std::string(glyph.bytes), glyph.columns});
    } else if (glyph.character < 0x80) {
      Append(symbols, EscapedByte(static_cast<unsigned char>(glyph.bytes.front())));
    } else {
      Append(symbols, fmt::format("\\u{:04x}", static_cast<std::uint32_t>(glyph.character)));
    }
  }
  return symbols;
}

std::string Printable(std::string_view text, bool utf8) {
  std::string printable;
  for (const Symbol& glyph : PrintableSymbols(text, utf8)) printable += glyph.bytes;
  return printable;
}

int Columns(const std::vector<Symbol>& glyphs) {
  return std::accumulate(glyphs.begin(), glyphs.end(), 0,
                         [](int sum, const Symbol& glyph) { return sum + glyph.columns; });
}

std::vector<std::vector<Symbol>> Wrap(const std::vector<Symbol>& glyphs, int width, int indent) {
  width = std::max(width, 4);
  indent = std::min(indent, width / 2);
  std::vector<std::vector<Symbol>> lines;
  auto rest = glyphs.begin();
  do {
    std::vector<Symbol> line;
    int columns = lines.empty() ? 0 : indent;
    if (!lines.empty()) line.assign(static_cast<std::size_t>(indent), Symbol{" ", 1});
    auto end = rest;
    auto space = glyphs.end();
    // "= 0" stays together.
    const auto breaks_at = [&](auto glyph) {
      return glyph->bytes == " " && (glyph == rest || (glyph - 1)->bytes != "=");
    };
    while (end != glyphs.end() && columns + end->columns <= width) {
      if (breaks_at(end)) space = end;
      columns += end++->columns;
    }
    if (end != glyphs.end() && !breaks_at(end) && space != glyphs.end()) {
      auto word_end = end;
      while (word_end != glyphs.end() && !breaks_at(word_end)) ++word_end;
      // A word that does not fit into the next line either is broken where this one ends.
      if (word_end - space - 1 <= width - indent) end = space;
    }
    line.insert(line.end(), rest, end);
    while (end != glyphs.end() && end->bytes == " ") ++end;
    lines.push_back(std::move(line));
    rest = end;
  } while (rest != glyphs.end());
  return lines;
}

}  // namespace halfopen

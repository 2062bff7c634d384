// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/printable_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>

namespace halfopen {
namespace {

// Of the well-formed UTF-8 sequence at the beginning; 0 if there is none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80                     ? 1
                             : first >= 0xc2 && first < 0xe0  ? 2
                             : first >= 0xe0 && first < 0xf0  ? 3
                             : first >= 0xf0 && first <= 0xf4 ? 4
                                                              : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

char32_t CodePoint(std::string_view sequence) {
  constexpr unsigned kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t code = static_cast<unsigned char>(sequence[0]) & kFirstBits[sequence.size()];
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    code = code << 6 | (static_cast<unsigned char>(sequence[i]) & 0x3f);
  }
  return code;
}

// Control characters of C1, line and paragraph separators, what changes the direction of writing,
// tags, and what has no code point.
bool IsHarmful(char32_t code) {
  return code < 0xa0 || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x206f) || code == 0x061c || code == 0xfeff ||
         (code >= 0xd800 && code <= 0xdfff) || (code >= 0xe000 && code <= 0xf8ff) ||
         code >= 0xe0000;
}

bool Combines(char32_t code) {
  return (code >= 0x0300 && code <= 0x036f) || (code >= 0x1ab0 && code <= 0x1aff) ||
         (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe00 && code <= 0xfe0f) ||
         (code >= 0xfe20 && code <= 0xfe2f);
}

// What East Asian terminals and emoji give two columns.
bool IsWide(char32_t code) {
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
         (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
         (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
         (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1faff) ||
         (code >= 0x20000 && code <= 0x3fffd);
}

std::string EscapedByte(unsigned char byte) {
  if (byte == '\n') return "\\n";
  if (byte == '\r') return "\\r";
  if (byte == '\t') return "\\t";
  return fmt::format("\\x{:02x}", byte);
}

void Append(std::vector<Glyph>& glyphs, const std::string& ascii) {
  for (const char c : ascii) glyphs.push_back({std::string(1, c), 1});
}

}  // namespace

std::vector<Glyph> PrintableGlyphs(std::string_view text, bool utf8) {
  std::vector<Glyph> glyphs;
  glyphs.reserve(text.size());
  int combined = 0;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(SequenceLength(text), 1);
    const std::string_view sequence = text.substr(0, length);
    const char32_t code = SequenceLength(text) == 0 ? 0 : CodePoint(sequence);
    const bool is_ascii = code >= 0x20 && code < 0x7f;
    text.remove_prefix(length);
    if (is_ascii) {
      glyphs.push_back({std::string(sequence), 1});
    } else if (code < 0x80) {
      Append(glyphs, EscapedByte(static_cast<unsigned char>(sequence[0])));
    } else if (!utf8 || IsHarmful(code)) {
      Append(glyphs, fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code)));
    } else if (Combines(code) && !glyphs.empty()) {
      // A terminal may draw a tower of them over the lines above.
      if (++combined <= 2) glyphs.back().bytes += sequence;
      continue;
    } else {
      glyphs.push_back({std::string(sequence), IsWide(code) ? 2 : 1});
    }
    combined = 0;
  }
  return glyphs;
}

std::string Printable(std::string_view text, bool utf8) {
  std::string printable;
  for (const Glyph& glyph : PrintableGlyphs(text, utf8)) printable += glyph.bytes;
  return printable;
}

int Columns(const std::vector<Glyph>& glyphs) {
  return std::accumulate(glyphs.begin(), glyphs.end(), 0,
                         [](int sum, const Glyph& glyph) { return sum + glyph.columns; });
}

std::vector<std::vector<Glyph>> Wrap(const std::vector<Glyph>& glyphs, int width, int indent) {
  width = std::max(width, 4);
  indent = std::min(indent, width / 2);
  std::vector<std::vector<Glyph>> lines;
  auto rest = glyphs.begin();
  do {
    std::vector<Glyph> line;
    int columns = lines.empty() ? 0 : indent;
    if (!lines.empty()) line.assign(static_cast<std::size_t>(indent), Glyph{" ", 1});
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

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/fit_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <cwchar>
#include <vector>

namespace halfopen {
namespace {

// What UTF-8 is read with, whatever the user's language. glibc has this locale built in.
class Utf8Locale {
 public:
  Utf8Locale() : before_(uselocale(Locale())) {}
  ~Utf8Locale() { uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  static locale_t Locale() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  locale_t before_;
};

// A character as it is shown, with a blank or "?" for what cannot be.
struct Glyph {
  std::string_view bytes;
  int columns = 0;
  bool printable = true;  // else `bytes` is what it was
};

std::vector<Glyph> GlyphsOf(std::string_view text) {
  const Utf8Locale locale;
  std::vector<Glyph> glyphs;
  while (!text.empty()) {
    wchar_t character = 0;
    std::mbstate_t state{};
    std::size_t length = std::mbrtowc(&character, text.data(), text.size(), &state);
    // An ill-formed byte, a character that is cut, a NUL.
    const bool broken = length == 0 || length > text.size();
    if (broken) length = 1;
    const int columns = broken ? -1 : wcwidth(character);
    glyphs.push_back({text.substr(0, length), std::max(columns, 0), columns >= 0});
    text.remove_prefix(length);
  }
  return glyphs;
}

// In one line: what cannot be printed is a blank.
std::vector<Glyph> LineOf(std::string_view text) {
  std::vector<Glyph> glyphs = GlyphsOf(text);
  for (Glyph& glyph : glyphs) {
    if (!glyph.printable) glyph = {" ", 1};
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

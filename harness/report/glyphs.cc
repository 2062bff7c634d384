// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/glyphs.h"

#include <algorithm>
#include <clocale>
#include <cwchar>

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

// Without a width, and yet it changes how what follows is read: spaces without width, line
// separators, the direction of writing, tags.
bool Deceives(char32_t character) {
  return (character >= 0x200b && character <= 0x200f) ||
         (character >= 0x2028 && character <= 0x202e) ||
         (character >= 0x2060 && character <= 0x206f) || character == 0x061c ||
         character == 0xfeff || character >= 0xe0000;
}

}  // namespace

std::vector<Glyph> GlyphsOf(std::string_view text) {
  const Utf8Locale locale;
  std::vector<Glyph> glyphs;
  while (!text.empty()) {
    wchar_t wide = 0;
    std::mbstate_t state{};
    std::size_t length = std::mbrtowc(&wide, text.data(), text.size(), &state);
    // An ill-formed byte, a character that is cut, a NUL.
    const bool broken = length == 0 || length > text.size();
    if (broken) length = 1;
    const auto character = static_cast<char32_t>(broken ? 0 : wide);
    const int columns = broken || Deceives(character) ? -1 : wcwidth(wide);
    glyphs.push_back({text.substr(0, length), std::max(columns, 0), columns >= 0, character});
    text.remove_prefix(length);
  }
  return glyphs;
}

}  // namespace halfopen

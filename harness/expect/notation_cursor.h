// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_CURSOR_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_CURSOR_H_

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace halfopen::notation {

// Where the compiler stops, as this is no constant expression. Its name and `line`, together with
// the text in the call of Cursor::ExpectAt above it, are the compiler's error message.
template <int line>
void ScriptIsMalformedInLine() {}

// The last line that the compiler's message tells apart from those behind it.
inline constexpr int kLastNamedLine = 100;

// A table, as GCC prints a call of every function on the way to the error.
inline constexpr auto kStopCompilerInLine = []<int... lines>(std::integer_sequence<int, lines...>) {
  return std::array<void (*)(), sizeof...(lines)>{&ScriptIsMalformedInLine<lines>...};
}
(std::make_integer_sequence<int, kLastNamedLine + 1>());

// Throws NotationError.
[[noreturn]] void ThrowMalformed(int line, int column, std::string_view expected,
                                 std::string_view found);

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// A place in the text of a script. Whatever is not as expected stops the compiler, or at run time
// throws NotationError.
class Cursor {
 public:
  constexpr explicit Cursor(std::string_view text) : text_(text) {}

  constexpr int line() const { return line_; }
  constexpr std::size_t position() const { return position_; }
  constexpr bool AtEnd() const { return position_ >= text_.size(); }
  // The end of the line, or a comment that goes on to it.
  constexpr bool AtLineEnd() const {
    return AtEnd() || Peek() == '\n' || Peek() == '#' || Sees("//");
  }
  constexpr bool AtTokenEnd() const { return AtLineEnd() || IsBlank(Peek()); }
  // The character here; '\0' at the end of the text.
  constexpr char Peek() const { return AtEnd() ? '\0' : text_[position_]; }
  constexpr bool Sees(std::string_view token) const {
    return text_.substr(position_, token.size()) == token;
  }

  constexpr void Advance() { ++position_; }
  constexpr void Skip(std::size_t count) { position_ += count; }
  constexpr void SkipBlanks() {
    while (!AtEnd() && IsBlank(Peek())) Advance();
  }
  // Leaves the rest of this line (a comment, or nothing) behind.
  constexpr void NextLine() {
    while (!AtEnd() && Peek() != '\n') Advance();
    if (AtEnd()) return;
    Advance();
    ++line_;
    line_start_ = position_;
  }

  // Takes `token` if it stands here.
  constexpr bool Take(std::string_view token) {
    if (!Sees(token)) return false;
    position_ += token.size();
    return true;
  }
  // Takes `word` and the blanks behind it if it stands here and is not the start of a longer one.
  constexpr bool TakeWord(std::string_view word) {
    if (!Sees(word)) return false;
    const std::size_t end = position_ + word.size();
    if (end < text_.size() && IsLabelCharacter(text_[end])) return false;
    position_ = end;
    SkipBlanks();
    return true;
  }

  // Reads a decimal number of at most `max`.
  constexpr std::uint64_t Number(std::uint64_t max, const char* what) {
    const std::size_t start = position_;
    Expect(IsDigit(Peek()), what);
    std::uint64_t value = 0;
    for (; IsDigit(Peek()); Advance()) {
      value = value * 10 + static_cast<std::uint64_t>(Peek() - '0');
      ExpectAt(start, value <= max, what);
    }
    return value;
  }
  constexpr std::uint32_t Number32(const char* what) {
    return static_cast<std::uint32_t>(Number(std::numeric_limits<std::uint32_t>::max(), what));
  }
  constexpr std::uint16_t Number16(const char* what) {
    return static_cast<std::uint16_t>(Number(std::numeric_limits<std::uint16_t>::max(), what));
  }
  constexpr std::uint8_t Number8(const char* what) {
    return static_cast<std::uint8_t>(Number(std::numeric_limits<std::uint8_t>::max(), what));
  }

  // LABEL := LETTER {LETTER | DIGIT | "_" | "." | "-"}, or the IP address of an end that has none.
  constexpr std::string_view Label(const char* what) {
    const std::string_view label = Token(":");
    const bool address = label.find_first_of(".:") != label.npos &&
                         label.find_first_not_of("0123456789abcdef.:") == label.npos;
    const bool name = IsLetter(Peek()) && label.find(':') == label.npos;
    Expect(address || name, what);
    position_ += label.size();
    return label;
  }
  // What stands here of the characters of labels and of `others`; does not take it.
  constexpr std::string_view Token(std::string_view others) const {
    std::size_t end = position_;
    while (end < text_.size() &&
           (IsLabelCharacter(text_[end]) || others.find(text_[end]) != others.npos)) {
      ++end;
    }
    return text_.substr(position_, end - position_);
  }
  // NAME := (LETTER | "_") {LETTER | DIGIT | "_"}
  constexpr std::string_view Name(const char* what) {
    Expect(IsLetter(Peek()) || Peek() == '_', what);
    const std::size_t start = position_;
    while (!AtEnd() && (IsLetter(Peek()) || IsDigit(Peek()) || Peek() == '_')) Advance();
    Expect(AtTokenEnd(), "a blank behind the name");
    return text_.substr(start, position_ - start);
  }

  constexpr void Expect(bool ok, const char* what) const { ExpectAt(position_, ok, what); }
  // `position` (in this line) is where the thing begins that is not as expected.
  constexpr void ExpectAt(std::size_t position, bool ok, const char* what) const {
    if (ok) return;
    if (std::is_constant_evaluated()) {
      kStopCompilerInLine[line_ < kLastNamedLine ? line_ : kLastNamedLine]();
    } else {
      ThrowMalformed(line_, static_cast<int>(position - line_start_) + 1, what,
                     text_.substr(position, text_.find('\n', position) - position));
    }
  }

 private:
  static constexpr bool IsLabelCharacter(char c) {
    return IsLetter(c) || IsDigit(c) || c == '_' || c == '.' || c == '-';
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
};

}  // namespace halfopen::notation

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_CURSOR_H_

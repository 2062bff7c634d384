// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_CRAFT_CRAFTED_SCRIPT_H_
#define HALFOPEN_HARNESS_CRAFT_CRAFTED_SCRIPT_H_

#include <string_view>
#include <vector>

#include "harness/expect/notation.h"

namespace halfopen {

namespace notation {

// Whether a line is a segment and nothing but that, as one that is to be sent or awaited must be:
// what only an expectation can say stops the compiler, or at run time throws NotationError.
constexpr void RequireSegment(const Line& line) {
  const auto require = [&](bool ok, const char* expected) {
    if (ok) return;
    if (std::is_constant_evaluated()) {
      kStopCompilerInLine[line.number < kLastNamedLine ? line.number : kLastNamedLine]();
    } else {
      throw NotationError(line.number, 0, expected);
    }
  };
  require(line.kind == Line::Kind::kPacket, "a peer sends segments: no handshake, no quiet");
  require(line.packet.kind == PacketKind::kTcp, "a peer sends segments: no ICMP, no neighbours");
  require(!line.time.has_value(), "a segment is sent at once: no +time");
  require(!line.optional, "a segment is sent or it is not: no '?'");
  require(!line.packet.hits_fault, "whether a segment hits a fault is not the sender's: no '>|'");
  require(line.repeat.name.empty(),
          "a number behind the '*': names are bound in expectations only");
}

}  // namespace notation

// Lines of the packet notation that a crafted peer sends or awaits: segments alone, without what
// only an expectation can say (times, '?', '>|', handshake, quiet, names). A literal is checked by
// the compiler, as that of a Script.
class CraftedScript {
 public:
  // `text` must be a string literal, or live as long.
  consteval CraftedScript(const char* text)  // NOLINT(google-explicit-constructor)
      : text_(text) {
    notation::ParseScript(text_, notation::RequireSegment);
  }
  // The same at run time; `text` lives as long. Throws NotationError.
  static CraftedScript Parse(std::string_view text) {
    CraftedScript script;
    script.text_ = text;
    notation::ParseScript(text, notation::RequireSegment);
    return script;
  }

  // The lines that are not blank. They point into the text.
  std::vector<Line> lines() const {
    std::vector<Line> lines;
    notation::ParseScript(text_, [&lines](const Line& line) { lines.push_back(line); });
    return lines;
  }

 private:
  CraftedScript() = default;
  std::string_view text_;
};

// Options by themselves: "<mss 1460,sackOK,TS,wscale 7>", or "<>" for none. Checked as above.
class CraftedOptions {
 public:
  consteval CraftedOptions(const char* text)  // NOLINT(google-explicit-constructor)
      : options_(ParseAll(text)) {}

  const OptionPatterns& patterns() const { return options_; }

 private:
  static constexpr OptionPatterns ParseAll(std::string_view text) {
    notation::Cursor cursor(text);
    cursor.SkipBlanks();
    cursor.Expect(cursor.Take("<"), "options: <mss 1460,sackOK,TS,wscale 7>, or <> for none");
    OptionPatterns options = notation::ParseOptions(cursor);
    cursor.SkipBlanks();
    cursor.Expect(cursor.AtEnd(), "the end of the options");
    return options;
  }

  OptionPatterns options_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_CRAFT_CRAFTED_SCRIPT_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_ICMP_PARSER_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_ICMP_PARSER_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/expect/notation_cursor.h"
#include "harness/expect/notation_icmp.h"
#include "harness/expect/notation_line.h"

// The part of the packet notation's grammar that ICMP errors have (notation_parser.h).
namespace halfopen::notation {

// Reads a number of at most 255 to the end of `digits`; none if it is none.
constexpr std::optional<std::uint8_t> Octet(std::string_view digits) {
  unsigned value = 0;
  for (const char digit : digits) {
    if (!IsDigit(digit) || value > 255) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(digit - '0');
  }
  if (digits.empty() || value > 255) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

// MESSAGE := WORD | TYPE "/" CODE | NAME. False if `token` is none of them.
constexpr bool ReadIcmpMessage(std::string_view token, IcmpPattern& icmp) {
  if (const std::size_t slash = token.find('/'); slash != token.npos) {
    const auto type = Octet(token.substr(0, slash));
    const auto code = Octet(token.substr(slash + 1));
    if (type && code) icmp.message = IcmpMessage{*type, *code};
    return icmp.message.has_value();
  }
  icmp.word = FindIcmpWord(token);
  if (icmp.word.empty()) icmp.name = token;
  return !icmp.word.empty() ||
         (!token.empty() && IsLetter(token.front()) && token.find_first_of("-.") == token.npos);
}

// ICMP := MESSAGE ["mtu" N] ["pointer" N]; the cursor stands behind "icmp".
constexpr void ParseIcmp(Cursor& cursor, IcmpPattern& icmp) {
  const std::string_view token = cursor.Token("/");
  cursor.Expect(ReadIcmpMessage(token, icmp),
                "an ICMP message: a word such as port-unreachable, TYPE/CODE, or the name of one");
  cursor.Skip(token.size());
  cursor.Expect(cursor.AtTokenEnd(), "a blank behind the ICMP message");
  cursor.SkipBlanks();
  if (cursor.TakeWord("mtu")) {
    icmp.mtu = cursor.Number32("the number behind mtu");
    cursor.Expect(cursor.AtTokenEnd(), "a blank behind the number");
    cursor.SkipBlanks();
  }
  if (cursor.TakeWord("pointer")) {
    icmp.pointer = cursor.Number32("the number behind pointer");
    cursor.Expect(cursor.AtTokenEnd(), "a blank behind the number");
    cursor.SkipBlanks();
  }
}

}  // namespace halfopen::notation

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_ICMP_PARSER_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_PARSER_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_PARSER_H_

#include <limits>
#include <string_view>

#include "harness/expect/notation_cursor.h"
#include "harness/expect/notation_icmp_parser.h"
#include "harness/expect/notation_line.h"

// The grammar of the packet notation, the same code for the compiler and at run time.
namespace halfopen::notation {

// TIME := DECIMAL ("ns" | "us" | "ms" | "s") | NAME
constexpr LineTime ParseTime(Cursor& cursor) {
  if (!IsDigit(cursor.Peek())) {
    return {.name = cursor.Name("a time such as 1s, 200ms or 50us, or the name of one"),
            .value = {}};
  }
  const std::size_t start = cursor.position();
  const std::uint64_t whole = cursor.Number(1'000'000'000, "a time of at most 1000000000");
  std::uint64_t fraction = 0;
  std::uint64_t scale = 1;
  if (cursor.Take(".")) {
    cursor.Expect(IsDigit(cursor.Peek()), "a digit behind the decimal point");
    for (; IsDigit(cursor.Peek()); cursor.Advance()) {
      cursor.ExpectAt(start, scale < 1'000'000'000, "at most nine decimals");
      fraction = fraction * 10 + static_cast<std::uint64_t>(cursor.Peek() - '0');
      scale *= 10;
    }
  }
  std::uint64_t unit = 0;
  if (cursor.Take("ns")) {
    unit = 1;
  } else if (cursor.Take("us")) {
    unit = 1'000;
  } else if (cursor.Take("ms")) {
    unit = 1'000'000;
  } else if (cursor.Take("s")) {
    unit = 1'000'000'000;
  }
  cursor.Expect(unit != 0 && cursor.AtTokenEnd(),
                "a unit (ns, us, ms or s) right behind the number");
  cursor.ExpectAt(start, fraction * unit % scale == 0, "a time of whole nanoseconds");
  const std::uint64_t nanoseconds = whole * unit + fraction * unit / scale;
  return {.name = {}, .value = Duration(static_cast<std::int64_t>(nanoseconds))};
}

constexpr std::uint8_t ParseFlags(Cursor& cursor) {
  const std::size_t start = cursor.position();
  if (cursor.Take(kNoFlags)) {
    cursor.Expect(cursor.AtTokenEnd(), "a blank behind the flags");
    return 0;
  }
  std::uint8_t flags = 0;
  for (const FlagLetter& letter : kFlagLetters) {
    if (cursor.Peek() != letter.letter) continue;
    flags |= letter.flag;
    cursor.Advance();
  }
  cursor.ExpectAt(start, flags != 0 && cursor.AtTokenEnd(),
                  "flags: letters of SFRP.UEW in this order, or none");
  return flags;
}

// RANGE := SEQ ":" END "(" LENGTH ")"
constexpr void ParseRange(Cursor& cursor, PacketPattern& packet) {
  const std::size_t start = cursor.position();
  packet.sequence = cursor.Number32("a sequence range seq:end(len)");
  cursor.ExpectAt(start, cursor.Take(":"), "a sequence range seq:end(len)");
  const std::uint32_t end = cursor.Number32("the end of the sequence range seq:end(len)");
  cursor.ExpectAt(start, cursor.Take("("), "a sequence range seq:end(len)");
  packet.length = cursor.Number32("the length of the sequence range seq:end(len)");
  cursor.ExpectAt(start, cursor.Take(")") && cursor.AtTokenEnd(), "a sequence range seq:end(len)");
  cursor.ExpectAt(start, end == packet.sequence + packet.length,
                  "a sequence range whose end is seq + len");
}

constexpr void PutBytes(OptionPattern& option, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    option.data[option.size++] = static_cast<std::uint8_t>(value >> shift);
  }
  option.any_value = false;
}

constexpr int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr void ParseHexBytes(Cursor& cursor, OptionPattern& option) {
  while (HexValue(cursor.Peek()) >= 0) {
    cursor.Expect(option.size < option.data.size(), "at most 38 bytes of option data");
    const int high = HexValue(cursor.Peek());
    cursor.Advance();
    cursor.Expect(HexValue(cursor.Peek()) >= 0, "two hexadecimal digits for every byte");
    PutBytes(option, static_cast<std::uint32_t>(high * 16 + HexValue(cursor.Peek())), 1);
    cursor.Advance();
  }
}

// Reads the value of an option that has a word of its own.
constexpr void ParseOptionValue(Cursor& cursor, OptionPattern& option) {
  switch (option.kind) {
    case kOptionMss:
      PutBytes(option, cursor.Number16("an mss of at most 65535"), 2);
      break;
    case kOptionWindowScale:
      PutBytes(option, cursor.Number8("a window scale of at most 255"), 1);
      break;
    case kOptionTimestamps:
      cursor.Expect(cursor.TakeWord("val"), "TS val N ecr N");
      PutBytes(option, cursor.Number32("the timestamp value: TS val N ecr N"), 4);
      cursor.SkipBlanks();
      cursor.Expect(cursor.TakeWord("ecr"), "TS val N ecr N");
      PutBytes(option, cursor.Number32("the timestamp echo reply: TS val N ecr N"), 4);
      break;
    case kOptionSack:
      while (IsDigit(cursor.Peek())) {
        cursor.Expect(option.size <= 24, "at most four SACK blocks");
        PutBytes(option, cursor.Number32("a SACK block A:B"), 4);
        cursor.Expect(cursor.Take(":"), "a SACK block A:B");
        PutBytes(option, cursor.Number32("the end of a SACK block A:B"), 4);
        cursor.SkipBlanks();
      }
      break;
    case kOptionSackPermitted:
      break;
    default:
      if (option.kind == kOptionFastOpen && cursor.TakeWord(kCookieRequest)) {
        option.any_value = false;
        break;
      }
      ParseHexBytes(cursor, option);
  }
}

// OPTION := WORD [VALUE] | "option" KIND [HEX]
constexpr OptionPattern ParseOption(Cursor& cursor) {
  OptionPattern option;
  for (const OptionWord& known : kOptionWords) {
    if (!cursor.TakeWord(known.word)) continue;
    option.kind = known.kind;
    option.any_value = known.kind != kOptionSackPermitted;
    if (cursor.Peek() != ',' && cursor.Peek() != '>') ParseOptionValue(cursor, option);
    cursor.SkipBlanks();
    return option;
  }
  cursor.Expect(cursor.TakeWord("option"),
                "an option: mss, sackOK, TS, wscale, sack, FO, or option KIND HEX");
  option.kind = cursor.Number8("the kind of the option, at most 255");
  cursor.SkipBlanks();
  ParseHexBytes(cursor, option);
  cursor.SkipBlanks();
  return option;
}

// OPTIONS := "<" [OPTION {"," OPTION}] ">"; the cursor stands behind the "<".
constexpr OptionPatterns ParseOptions(Cursor& cursor) {
  OptionPatterns options;
  cursor.SkipBlanks();
  while (!cursor.Take(">")) {
    if (options.size() != 0) {
      cursor.Expect(cursor.Take(","), "',' or '>' behind an option's value");
      cursor.SkipBlanks();
    }
    cursor.Expect(!options.full(), "at most 20 options");
    options.push_back(ParseOption(cursor));
  }
  return options;
}

constexpr LineCount ParseCount(Cursor& cursor) {
  if (!IsDigit(cursor.Peek())) {
    return {.name = cursor.Name("a number or a name right behind the '*'"), .value = 0};
  }
  const std::size_t start = cursor.position();
  const std::uint64_t value = cursor.Number(1'000'000, "at most 1000000 repeats");
  cursor.ExpectAt(start, value != 0, "at least one repeat");
  return {.name = {}, .value = static_cast<int>(value)};
}

// FROM (">" | ">|") TO
constexpr void ParseEnds(Cursor& cursor, Line& line) {
  line.from = cursor.Label("the label of the sending end");
  cursor.SkipBlanks();
  cursor.Expect(cursor.Take(">"), "'>' or '>|' behind the sending end");
  line.packet.hits_fault = cursor.Take("|");
  cursor.SkipBlanks();
  line.to = cursor.Label("the label of the receiving end");
  cursor.SkipBlanks();
}

// SEGMENT := FLAGS RANGE ["ack" N] ["win" N] ["<" OPTIONS]
constexpr void ParseSegment(Cursor& cursor, PacketPattern& packet) {
  packet.flags = ParseFlags(cursor);
  cursor.SkipBlanks();
  ParseRange(cursor, packet);
  cursor.SkipBlanks();
  const std::size_t ack = cursor.position();
  if (cursor.TakeWord("ack")) {
    cursor.ExpectAt(ack, (packet.flags & kAck) != 0, "no ack, as the flags have no '.'");
    packet.acknowledgment = cursor.Number32("the number behind ack");
    cursor.Expect(cursor.AtTokenEnd(), "a blank behind the number");
    cursor.SkipBlanks();
  }
  if (cursor.TakeWord("win")) {
    packet.window = cursor.Number16("a window of at most 65535, unscaled as in the header");
    cursor.Expect(cursor.AtTokenEnd(), "a blank behind the number");
    cursor.SkipBlanks();
  }
  if (cursor.Take("<")) {
    packet.options = ParseOptions(cursor);
    cursor.SkipBlanks();
  }
}

constexpr void ParseRepeat(Cursor& cursor, Line& line) {
  if (cursor.Take("*")) line.repeat = ParseCount(cursor);
  cursor.SkipBlanks();
}

constexpr void ParsePacket(Cursor& cursor, Line& line) {
  ParseEnds(cursor, line);
  if (cursor.TakeWord("icmp")) {
    line.packet.kind = PacketKind::kIcmp;
    ParseIcmp(cursor, line.packet.icmp);
    ParseRepeat(cursor, line);
    cursor.Expect(cursor.AtLineEnd(),
                  "the end of the line, or (in this order) mtu N, pointer N, *count");
  } else if (const bool who_has = cursor.TakeWord(kWhoHas); who_has || cursor.TakeWord(kIsAt)) {
    line.packet.kind = who_has ? PacketKind::kWhoHas : PacketKind::kIsAt;
    ParseRepeat(cursor, line);
    cursor.Expect(cursor.AtLineEnd(), "the end of the line, or *count");
  } else {
    ParseSegment(cursor, line.packet);
    ParseRepeat(cursor, line);
    cursor.Expect(cursor.AtLineEnd(),
                  "the end of the line, or (in this order) ack N, win N, <options>, *count");
  }
}

constexpr void ParseHandshake(Cursor& cursor, Line& line) {
  line.kind = Line::Kind::kHandshake;
  line.from = "client";
  line.to = "server";
  if (cursor.AtLineEnd()) return;
  const std::size_t start = cursor.position();
  ParseEnds(cursor, line);
  cursor.ExpectAt(start, !line.packet.hits_fault, "'>', as no packet of a handshake hits a fault");
  cursor.Expect(cursor.AtLineEnd(), "the end of the line");
}

constexpr void ParseQuiet(Cursor& cursor, Line& line) {
  line.kind = Line::Kind::kQuiet;
  line.time = ParseTime(cursor);
  cursor.SkipBlanks();
  cursor.Expect(cursor.AtLineEnd(), "the end of the line");
}

constexpr Line ParseLine(Cursor& cursor) {
  Line line;
  line.number = cursor.line();
  if (cursor.Take("+")) {
    line.time = ParseTime(cursor);
    cursor.SkipBlanks();
  }
  line.optional = cursor.Take("?");
  cursor.SkipBlanks();
  const std::size_t start = cursor.position();
  const bool bare = !line.time.has_value() && !line.optional;
  if (cursor.TakeWord("handshake")) {
    cursor.ExpectAt(start, bare, "a packet, as a handshake takes no time and no '?'");
    ParseHandshake(cursor, line);
  } else if (cursor.TakeWord("quiet")) {
    cursor.ExpectAt(start, bare, "a packet, as a quiet takes no time in front and no '?'");
    ParseQuiet(cursor, line);
  } else {
    ParsePacket(cursor, line);
  }
  return line;
}

// Calls `take_line(line)` for every line of the script that is not blank.
template <typename TakeLine>
constexpr void ParseScript(std::string_view text, TakeLine&& take_line) {
  Cursor cursor(text);
  bool any_packet = false;
  bool any_quiet = false;
  for (; !cursor.AtEnd(); cursor.NextLine()) {
    cursor.SkipBlanks();
    if (cursor.AtLineEnd()) continue;
    const std::size_t start = cursor.position();
    const Line line = ParseLine(cursor);
    if (line.kind == Line::Kind::kQuiet) {
      any_quiet = true;
    } else {
      cursor.ExpectAt(start, any_packet || !line.time.has_value(),
                      "no time on the first packet, as nothing was sent before it");
      cursor.ExpectAt(start, any_packet || !any_quiet,
                      "a packet before the first quiet, as nothing else begins it");
      any_packet = true;
    }
    take_line(line);
  }
}

}  // namespace halfopen::notation

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_PARSER_H_

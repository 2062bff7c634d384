// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_H_

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/expect/notation_line.h"
#include "harness/expect/notation_parser.h"
#include "netns/clock.h"

// The packet notation, one line each; blank lines and comments (// or # to the end of the line) are
// ignored:
//
//   [+time] [?] from (> or >|) to flags seq:end(len) [ack N] [win N] [<options>] [*count]
//   [+time] [?] from (> or >|) to icmp message [mtu N] [pointer N] [*count]
//   [+time] [?] from (> or >|) to (who-has or is-at) [*count]
//   handshake [from > to]             client > server unless named
//   quiet time
//
// time     1s, 200ms, 50us, 0.5s, or a name that is bound beside the script. In front of a packet:
//          since the previous packet of the same sender.
// ?        the packet may or may not occur
// > >|     the packet hit no fault, or hit one
// flags    SFRP.UEW in this order, or none
// seq:end  relative to the direction's first sequence number; end is seq + len
// options  in order, comma separated: mss 1460, sackOK, TS val 1 ecr 2, wscale 7, sack 1:5 9:13,
//          FO 0a1b, option 254 0a1b; without a value, any value is right
// message  an ICMP error about a TCP segment: a word of kIcmpWords (notation_icmp.h), which stands
//          for the message of either family; TYPE/CODE; or a name that is bound beside the script
// who-has  asks for the link-layer address of `to`; is-at tells that of `from` (ARP and ICMPv6
//          neighbour discovery alike)
// *count   repeats the line: a number, or a name that is bound beside the script
//
// from, to are labels of sockets or hosts; the address itself of what has none. A field that is not
// named is not checked; flags and seq:end(len) always are, and the message of an ICMP error.
namespace halfopen {

// A script that is no script, or a name in it that is not bound as it is used. what() reads
// "line 3, column 12: expected …, found "…"".
class NotationError : public std::invalid_argument {
 public:
  // `column` is 0 where the whole line is meant.
  NotationError(int line, int column, const std::string& message);
  int line() const { return line_; }      // of the script, from 1
  int column() const { return column_; }  // from 1, in bytes

 private:
  int line_;
  int column_;
};

// A value for a name of a script: a time for every repeat of its line; a schedule, which has one
// time for each repeat; a count of repeats, which may be 0; or an ICMP message, where the IP family
// decides it.
struct Binding {
  std::string name;
  std::variant<Duration, std::vector<Duration>, int, IcmpMessage> value;
};
inline Binding Bind(std::string name, Duration time) { return {std::move(name), time}; }
inline Binding Bind(std::string name, std::vector<Duration> schedule) {
  return {std::move(name), std::move(schedule)};
}
inline Binding Bind(std::string name, int count) { return {std::move(name), count}; }
inline Binding Bind(std::string name, IcmpMessage message) { return {std::move(name), message}; }

// A well-formed script. A literal is checked by the compiler, whose error for a malformed one calls
// ScriptIsMalformedInLine with the line, and Cursor::Expect with what was expected there.
class Script {
 public:
  // `text` must be a string literal, or live as long.
  consteval Script(const char* text) : literal_(text) {  // NOLINT(google-explicit-constructor)
    notation::ParseScript(literal_, [](const Line&) {});
  }
  // Throws NotationError.
  static Script Parse(std::string_view text);

  std::string_view text() const;
  // The lines that are not blank. They point into this script.
  std::vector<Line> lines() const;

 private:
  Script(std::string_view literal, std::vector<char> copy)
      : literal_(literal), copy_(std::move(copy)) {}

  std::string_view literal_;
  std::vector<char> copy_;  // the text of a script that came at run time
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_H_

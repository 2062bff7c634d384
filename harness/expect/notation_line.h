// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_LINE_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_LINE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "harness/record/packet.h"
#include "netns/clock.h"
#include "netns/icmp_message.h"

namespace halfopen {

// A TCP control bit and its letter, in the order in which the notation writes them.
struct FlagLetter {
  std::uint8_t flag;
  char letter;
};
inline constexpr std::array<FlagLetter, 8> kFlagLetters{{{kSyn, 'S'},
                                                         {kFin, 'F'},
                                                         {kRst, 'R'},
                                                         {kPsh, 'P'},
                                                         {kAck, '.'},
                                                         {kUrg, 'U'},
                                                         {kEce, 'E'},
                                                         {kCwr, 'W'}}};
// What stands for a packet without any control bit, as in tcpdump.
inline constexpr std::string_view kNoFlags = "none";

// A TCP option and its word. Any other kind is written "option KIND HEX".
struct OptionWord {
  std::uint8_t kind;
  std::string_view word;
};
inline constexpr std::array<OptionWord, 6> kOptionWords{{{kOptionMss, "mss"},
                                                         {kOptionSackPermitted, "sackOK"},
                                                         {kOptionTimestamps, "TS"},
                                                         {kOptionWindowScale, "wscale"},
                                                         {kOptionSack, "sack"},
                                                         {kOptionFastOpen, "FO"}}};
// A Fast Open option without a cookie, which asks for one, as in tcpdump: "FO cookiereq".
inline constexpr std::string_view kCookieRequest = "cookiereq";

// One option of a line: its kind, and its value unless any value is right.
struct OptionPattern {
  std::uint8_t kind = 0;
  bool any_value = true;
  std::uint8_t size = 0;                // bytes of `data`, 0..38
  std::array<std::uint8_t, 38> data{};  // as in the header; the edges of SACK blocks are relative

  constexpr std::span<const std::uint8_t> bytes() const { return {data.data(), size}; }
};

// A header has at most 40 bytes of options, and the shortest one has two.
inline constexpr std::size_t kMaxOptions = 20;

// The options of a line, in order.
class OptionPatterns {
 public:
  constexpr bool full() const { return size_ == kMaxOptions; }
  constexpr void push_back(const OptionPattern& option) { options_[size_++] = option; }
  constexpr const OptionPattern* begin() const { return options_.data(); }
  constexpr const OptionPattern* end() const { return options_.data() + size_; }
  constexpr std::size_t size() const { return size_; }

 private:
  std::array<OptionPattern, kMaxOptions> options_{};
  std::size_t size_ = 0;
};

// What a line of the script speaks of.
enum class PacketKind : std::uint8_t { kTcp, kIcmp, kWhoHas, kIsAt };

// The words of neighbour resolution, as in tcpdump.
inline constexpr std::string_view kWhoHas = "who-has";
inline constexpr std::string_view kIsAt = "is-at";

// An ICMP error: by its word, which goes for both families, by type and code, or by a name that is
// bound beside the script (then `message` is set once it is resolved).
struct IcmpPattern {
  std::string_view word;  // of kIcmpWords
  std::string_view name;
  std::optional<IcmpMessage> message;
  std::optional<std::uint32_t> mtu;      // of frag-needed and packet-too-big
  std::optional<std::uint32_t> pointer;  // of a parameter problem
};

// What a line says about a packet besides its ends. An empty optional is not checked.
struct PacketPattern {
  PacketKind kind = PacketKind::kTcp;
  bool hits_fault = false;                      // ">|"
  IcmpPattern icmp;                             // of kIcmp; what follows is TCP's
  std::uint8_t flags = 0;                       // TcpFlag bits
  std::uint32_t sequence = 0;                   // relative to the direction's first sequence number
  std::uint32_t length = 0;                     // bytes of payload
  std::optional<std::uint32_t> acknowledgment;  // relative
  std::optional<std::uint16_t> window;          // unscaled, as in the header
  std::optional<OptionPatterns> options;
};

// A time of a line: a literal, or a name that is bound beside the script (then `value` is unused).
struct LineTime {
  std::string_view name;
  Duration value{0};
};

// How often a line repeats: a literal of at least 1, or a bound name (then `value` is unused).
struct LineCount {
  std::string_view name;
  int value = 1;
};

// One line of a script. The views point into the script's text.
struct Line {
  enum class Kind { kPacket, kHandshake, kQuiet };

  Kind kind = Kind::kPacket;
  int number = 0;                // of the line in its script, from 1
  std::optional<LineTime> time;  // "+time" of a packet; the time of a quiet
  bool optional = false;         // "?"
  std::string_view from;         // packet and handshake
  std::string_view to;
  PacketPattern packet;
  LineCount repeat;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_LINE_H_

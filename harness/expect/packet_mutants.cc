// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/packet_mutants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "harness/expect/notation_icmp.h"
#include "harness/expect/notation_print.h"

namespace halfopen {
namespace {

using Changes = std::vector<PacketChange>;

void AddEnds(const ExpectedPacket& packet, Changes& changes) {
  if (packet.from != packet.to) {
    changes.push_back({fmt::format("{} > {}", packet.to, packet.from),
                       [](ExpectedPacket& changed) { std::swap(changed.from, changed.to); }});
  }
  changes.push_back(
      {packet.packet.hits_fault ? "hits no fault" : "hits a fault",
       [](ExpectedPacket& changed) { changed.packet.hits_fault = !changed.packet.hits_fault; }});
}

void AddSegment(const PacketPattern& packet, Changes& changes) {
  for (const std::uint8_t flag : {kSyn, kFin, kRst, kPsh, kAck}) {
    const auto flags = static_cast<std::uint8_t>(packet.flags ^ flag);
    changes.push_back({fmt::format("flags {}", PrintFlags(flags)),
                       [flags](ExpectedPacket& changed) { changed.packet.flags = flags; }});
  }
  changes.push_back({fmt::format("seq {}", packet.sequence + 1),
                     [](ExpectedPacket& changed) { ++changed.packet.sequence; }});
  changes.push_back({fmt::format("{} bytes", packet.length + 1),
                     [](ExpectedPacket& changed) { ++changed.packet.length; }});
  if (packet.acknowledgment) {
    changes.push_back({fmt::format("ack {}", *packet.acknowledgment + 1),
                       [](ExpectedPacket& changed) { ++*changed.packet.acknowledgment; }});
  }
  if (packet.window) {
    changes.push_back({fmt::format("win {}", static_cast<std::uint16_t>(*packet.window + 1)),
                       [](ExpectedPacket& changed) { ++*changed.packet.window; }});
  }
}

OptionPatterns Without(const OptionPatterns& options, const OptionPattern* left_out) {
  OptionPatterns rest;
  for (const OptionPattern& option : options) {
    if (&option != left_out) rest.push_back(option);
  }
  return rest;
}

// `last` byte of the option's value is another one.
OptionPatterns WithOtherValue(const OptionPatterns& options, const OptionPattern* changed) {
  OptionPatterns other;
  for (const OptionPattern& option : options) {
    OptionPattern copy = option;
    if (&option == changed) copy.data[copy.size - 1U] ^= 1U;
    other.push_back(copy);
  }
  return other;
}

void AddOptions(const OptionPatterns& options, Changes& changes) {
  const auto add = [&changes](const OptionPatterns& other) {
    changes.push_back({PrintOptions(other),
                       [other](ExpectedPacket& changed) { changed.packet.options = other; }});
  };
  for (const OptionPattern& option : options) {
    add(Without(options, &option));
    if (!option.any_value && option.size > 0) add(WithOtherValue(options, &option));
  }
  constexpr std::uint8_t kExperimental = 253;  // RFC 6994
  if (!options.full()) {
    OptionPatterns more = options;
    more.push_back({.kind = kExperimental, .any_value = true});
    add(more);
  }
}

void AddIcmp(const IcmpPattern& icmp, Changes& changes) {
  // A source quench, which nothing sends any more (RFC 6633), or what no ICMPv6 error is.
  constexpr IcmpMessage kNobodys{4, 0};
  constexpr IcmpMessage kOther{5, 1};
  const bool taken = icmp.message ? *icmp.message == kNobodys : icmp.word == "source-quench";
  const IcmpMessage other = taken || icmp.word == "bad-header" ? kOther : kNobodys;
  changes.push_back({"icmp " + IcmpText(other),
                     [other](ExpectedPacket& changed) { changed.packet.icmp.message = other; }});
  if (icmp.mtu) {
    changes.push_back({fmt::format("mtu {}", *icmp.mtu + 1),
                       [](ExpectedPacket& changed) { ++*changed.packet.icmp.mtu; }});
  }
  if (icmp.pointer) {
    changes.push_back({fmt::format("pointer {}", *icmp.pointer + 1),
                       [](ExpectedPacket& changed) { ++*changed.packet.icmp.pointer; }});
  }
}

}  // namespace

std::vector<PacketChange> ChangesOf(const ExpectedPacket& packet) {
  Changes changes;
  AddEnds(packet, changes);
  switch (packet.packet.kind) {
    case PacketKind::kTcp:
      AddSegment(packet.packet, changes);
      if (packet.packet.options) AddOptions(*packet.packet.options, changes);
      break;
    case PacketKind::kIcmp:
      AddIcmp(packet.packet.icmp, changes);
      break;
    case PacketKind::kWhoHas:
      changes.push_back({std::string(kIsAt),
                         [](ExpectedPacket& changed) { changed.packet.kind = PacketKind::kIsAt; }});
      break;
    case PacketKind::kIsAt:
      changes.push_back({std::string(kWhoHas), [](ExpectedPacket& changed) {
                           changed.packet.kind = PacketKind::kWhoHas;
                         }});
      break;
  }
  return changes;
}

bool ExcludeEachOther(const ExpectedPacket& one, const ExpectedPacket& other) {
  const PacketPattern& a = one.packet;
  const PacketPattern& b = other.packet;
  if (one.from != other.from || one.to != other.to) return true;
  if (a.kind != b.kind || a.hits_fault != b.hits_fault) return true;
  if (a.kind != PacketKind::kTcp) return false;  // what an ICMP word means depends on the family
  const auto differ = [](const auto& x, const auto& y) { return x && y && *x != *y; };
  return a.flags != b.flags || a.sequence != b.sequence || a.length != b.length ||
         differ(a.acknowledgment, b.acknowledgment) || differ(a.window, b.window);
}

}  // namespace halfopen

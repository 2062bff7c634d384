// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/craft/crafted_peer.h"

#include <fmt/format.h>

#include <stdexcept>

#include "harness/craft/crafted_line.h"
#include "harness/expect/notation_print.h"

namespace halfopen {
namespace {

// What a veth link's 1500 bytes leave for data (RFC 9293 3.7.1).
constexpr std::uint16_t kIpv4Mss = 1460;
constexpr std::uint16_t kIpv6Mss = 1440;

std::vector<SegmentOption> OptionsOf(const Host& host,
                                     const std::optional<CraftedOptions>& options) {
  if (options) return CraftedOptionsFrom(options->patterns(), 0, 1);
  const std::uint16_t mss = host.address().family() == IpFamily::kIpv4 ? kIpv4Mss : kIpv6Mss;
  return {{kOptionMss, {static_cast<std::uint8_t>(mss >> 8), static_cast<std::uint8_t>(mss)}}};
}

}  // namespace

void CraftedPeer::Listen(std::uint16_t port, std::optional<CraftedOptions> options) {
  peer_.Listen(port, OptionsOf(peer_.host(), options));
}

void CraftedPeer::Connect(Host& remote, std::uint16_t port, std::optional<CraftedOptions> options) {
  peer_.Connect({peer_.host().address(), kClientPort}, {remote.address(), port},
                OptionsOf(peer_.host(), options));
}

void CraftedPeer::SpeakTo(Host& remote, std::uint16_t port) {
  peer_.SpeakTo({peer_.host().address(), kClientPort}, {remote.address(), port});
}

void CraftedPeer::RequireOwn(const Line& line, bool sent) const {
  const std::string& own = peer_.host().name();
  if ((sent ? line.from : line.to) == own && (sent ? line.to : line.from) != own) return;
  throw NotationError(line.number, 0,
                      fmt::format("\"{}\" is not {} the crafted peer \"{}\"", PrintLine(line),
                                  sent ? "sent by" : "sent to", own));
}

void CraftedPeer::Send(CraftedScript script, Checksum checksum) {
  for (const Line& line : script.lines()) {
    RequireOwn(line, true);
    for (int i = 0; i < line.repeat.value; ++i) {
      peer_.Send([&](const CraftedConnection& connection) {
        Segment segment = CraftedFrom(line, connection);
        segment.checksum = checksum;
        return segment;
      });
    }
  }
}

void CraftedPeer::Await(CraftedScript script) {
  for (const Line& line : script.lines()) {
    RequireOwn(line, false);
    for (int i = 0; i < line.repeat.value; ++i) {
      peer_.Await(
          [&](const Segment& segment, const CraftedConnection& connection) {
            return IsSegment(line, segment, connection);
          },
          PrintLine(line));
    }
  }
}

void CraftedPeer::set_initial_sequence(std::uint32_t sequence) {
  peer_.Change([&](CraftedConnection& own) { own.set_initial_sequence(sequence); });
}

void CraftedPeer::set_window(std::uint16_t window) {
  peer_.Change([&](CraftedConnection& own) { own.set_window(window); });
}

Endpoint CraftedPeer::remote() const {
  const std::optional<Endpoint> remote = peer_.connection().remote();
  if (!remote) throw std::logic_error("no SYN has come to the crafted peer yet");
  return *remote;
}

}  // namespace halfopen

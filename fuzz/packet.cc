// SPDX-License-Identifier: GPL-2.0-or-later
// What a tap saw (Ethernet) or the log of a fault's rule kept (IP), and what is printed of it.
#include "harness/record/packet.h"

#include "fuzz/target.h"
#include "harness/expect/notation_print.h"
#include "harness/timeline/event_json.h"

namespace halfopen::fuzz {
namespace {

void Print(const Packet& packet) {
  WirePacket wire;
  wire.packet = packet;
  wire.from = "client";
  wire.to = "server";
  wire.sequence = packet.sequence;
  wire.acknowledgment = packet.acknowledgment;
  PrintPacket(wire, {.window = true, .options = true});
  PacketJson(wire, TimePoint()).dump();
}

}  // namespace

// The first byte says as what the others are read.
void PacketBytes(Input input) {
  if (input.empty()) return;
  const Input bytes = input.subspan(1);
  const std::optional<Packet> packet =
      input.front() % 2 == 0 ? DecodeEthernet(bytes) : DecodeIp(bytes);
  if (!packet) return;
  // What the packet says of its length is 16 bits.
  Require(packet->payload_length <= 65535 + 40, "a payload longer than any packet");
  Print(*packet);
}

}  // namespace halfopen::fuzz

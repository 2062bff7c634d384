// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_CRAFT_CRAFTED_PEER_H_
#define HALFOPEN_HARNESS_CRAFT_CRAFTED_PEER_H_

#include <cstdint>
#include <optional>

#include "fixtures/host.h"
#include "fixtures/raw_peer.h"
#include "harness/craft/crafted_script.h"

namespace halfopen {

// A host that speaks as no Linux does: its own TCP is mute from here on, and the story sends every
// segment in the packet notation. Numbers in it are relative to the first ones, as in expectations,
// and count modulo 2^32: 4294967295:4294967295(0) is the one before the SYN's.
//
//   CraftedPeer server(ServerHost());
//   server.Listen();                                    // completes the next handshake by itself
//   …
//   server.Send("server > client R 101:101(0)");
//   server.Await("client > server . 1:1(0) ack 1");
//
// It makes the handshake that it is asked for, and beyond that answers nothing: no data is
// acknowledged, no FIN and no RST is sent unless the story says so. One connection. Thread-safe.
class CraftedPeer {
 public:
  // The port of a crafted client.
  static constexpr std::uint16_t kClientPort = 40000;

  // Throws EnvironmentError, also for a host of a LOOPBACK_SCENARIO, where both ends are one host.
  explicit CraftedPeer(Host& host) : peer_(host) {}

  // The next SYN to `port` is answered with a SYN-ACK that has `options`: unless told otherwise the
  // MSS of the link alone.
  void Listen(std::uint16_t port = Socket::kDefaultPort,
              std::optional<CraftedOptions> options = std::nullopt);
  void Listen(CraftedOptions options) { Listen(Socket::kDefaultPort, options); }
  // Connects to a listener; returns once the handshake's last segment is sent. Throws
  // EnvironmentError if the listener refused.
  void Connect(Host& remote, std::uint16_t port = Socket::kDefaultPort,
               std::optional<CraftedOptions> options = std::nullopt);
  void Connect(Host& remote, CraftedOptions options) {
    Connect(remote, Socket::kDefaultPort, options);
  }
  // Segments go to `remote`, and the story makes the handshake itself, or none. A peer that is
  // spoken to first needs no such call: it learns the other end from the first SYN to port 80.
  void SpeakTo(Host& remote, std::uint16_t port = Socket::kDefaultPort);

  // Sends the lines in their order. `from` is this host, `to` the other end's. What a line does not
  // name: `ack` acknowledges everything that came in order, `win` is set_window()'s, and there are
  // no options, but TS where both SYNs had it (`<>` sends none). A TS without values is filled in.
  // Throws NotationError for a line that is none of this peer's, std::logic_error before the other
  // end is known, EnvironmentError.
  void Send(CraftedScript script, Checksum checksum = Checksum::kCorrect);
  // Blocks until the lines have come from the other end, in their order; what came between them is
  // passed over. Segments of a handshake that the peer made itself, and what came before the line
  // that was last awaited, are gone already.
  void Await(CraftedScript script);

  // The sequence number of the next SYN (1000 unless set).
  void set_initial_sequence(std::uint32_t sequence);
  // What every segment offers that names no `win` (65535 unless set); unscaled.
  void set_window(std::uint16_t window);

  // This end, and the other one. remote() throws std::logic_error while it is not known.
  Endpoint local() const { return peer_.connection().local(); }
  Endpoint remote() const;

 private:
  void RequireOwn(const Line& line, bool sent) const;

  RawPeer peer_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_CRAFT_CRAFTED_PEER_H_

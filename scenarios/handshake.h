// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_HANDSHAKE_H_
#define HALFOPEN_SCENARIOS_HANDSHAKE_H_

#include <algorithm>
#include <chrono>
#include <vector>

#include "harness/scenario.h"

// What the stories of handshakes share: the packets, and the request that a server has meanwhile.
namespace halfopen::handshake {

// The ACKs that reach a listener's host, the last of a handshake among them.
inline Rule AckToServer() {
  return Input().ToPort(Socket::kDefaultPort).TcpFlags(kSyn | kAck, kAck);
}

// What the server has of a client's connection: SYN-RECV while it is a request, nothing (CLOSE)
// once it is forgotten.
inline SocketSnapshot ServersView(Host& server, const Socket& client) {
  return server.Diagnose(client.remote(), client.local()).value_or(SocketSnapshot{});
}

// The intervals between the SYN-ACKs of a request, and from the last one to its end: they double
// from 1 s (tcp_reqsk_timeout), and know no linear ones.
inline std::vector<Duration> SynAckIntervals(int retries) { return Timers::SynBackoff(retries, 0); }

// Blocks until the server's request is one no more, and returns what it has become: a connection,
// or nothing (CLOSE). `last_seen`, if given, is when it was still there.
inline SocketSnapshot AwaitRequestsEnd(Host& server, const Socket& client,
                                       TimePoint* last_seen = nullptr) {
  return server.AwaitConnection(
      client.remote(), client.local(),
      [=](const SocketSnapshot& now) {
        const bool request = now.state == TcpState::kSynRecv;
        if (request && last_seen != nullptr) *last_seen = now.time;
        return !request;
      },
      "the end of the request");
}

// Waits until the server has forgotten the request that `connected` made, and holds the time that
// this took against the request's timers.
inline void ExpectRequestForgottenAfter(const std::vector<Duration>& timers, const Call& connected,
                                        Host& server, const Socket& client) {
  TimePoint last_seen = connected.end;
  const SocketSnapshot gone = AwaitRequestsEnd(server, client, &last_seen);
  ASSERT_EQ(gone.state, TcpState::kClose);
  EXPECT_TRUE(InTime("the request is forgotten", timers, {connected.begin, connected.end},
                     {last_seen, gone.time}));
}

inline bool IsSyn(const WirePacket& packet) {
  return (packet.packet.flags & (kSyn | kAck)) == kSyn;
}
inline bool IsSynAck(const WirePacket& packet) {
  return (packet.packet.flags & (kSyn | kAck)) == (kSyn | kAck);
}
// A packet from or to this socket.
inline auto IsOf(const Socket& socket) {
  return [endpoint = socket.local()](const WirePacket& packet) {
    return packet.packet.source == endpoint || packet.packet.destination == endpoint;
  };
}
inline bool IsReset(const WirePacket& packet) { return (packet.packet.flags & kRst) != 0; }

// A client's first retransmission timeout: the round trip of its handshake and TCP_RTO_MIN
// (tcp_set_rto; the variance of a single sample is less than that on these links).
inline Duration FirstRto(const WireView& handshake) {
  const std::vector<WirePacket> packets = handshake.Packets();
  const auto syn = std::ranges::find_if(packets, IsSyn);
  const auto syn_ack = std::ranges::find_if(packets, IsSynAck);
  const Duration round_trip = syn == packets.end() || syn_ack == packets.end()
                                  ? Duration(0)
                                  : syn_ack->arrived.value_or(syn_ack->time) - syn->time;
  return round_trip + std::chrono::milliseconds(200);
}

}  // namespace halfopen::handshake

#endif  // HALFOPEN_SCENARIOS_HANDSHAKE_H_

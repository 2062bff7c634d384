// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_KEEPALIVE_PROBES_H_
#define HALFOPEN_SCENARIOS_KEEPALIVE_PROBES_H_

#include <algorithm>
#include <vector>

#include "harness/expect/window.h"
#include "harness/scenario.h"

// What the stories of keepalive share.
namespace halfopen {

// A keepalive probe of a client that has sent no data: the byte before its first one is its SYN, so
// the probe repeats the SYN's sequence number, as a bare ACK.
inline bool IsClientProbe(const WirePacket& packet) {
  return packet.from == "client" && packet.packet.flags == kAck &&
         packet.packet.payload_length == 0 && packet.sequence == 0;
}

// What a living server answers a probe or data with.
inline bool IsServerAck(const WirePacket& packet) {
  return packet.from == "server" && packet.packet.flags == kAck;
}

// The namespace's keepalive, for sockets that set SO_KEEPALIVE alone (ip-sysctl.rst).
inline void SetKeepaliveSysctls(Host& host, const Keepalive& keepalive) {
  host.sysctls().Set("net.ipv4.tcp_keepalive_time", keepalive.idle.count());
  host.sysctls().Set("net.ipv4.tcp_keepalive_intvl", keepalive.interval.count());
  host.sysctls().Set("net.ipv4.tcp_keepalive_probes", keepalive.probes);
}

// How inet_diag shows a socket whose keepalive timer runs, or that is dead. The taps see a probe
// before the timer's handler has counted it and armed the timer again.
inline bool KeepaliveTimerRunsOrIsOver(const SocketSnapshot& now) {
  return now.state == TcpState::kClose ||
         (now.timer == TimerKind::kKeepalive && now.timer_expires.count() > 0);
}
inline SocketSnapshot AwaitKeepaliveTimer(Socket& socket) {
  return socket.Await(KeepaliveTimerRunsOrIsOver, "the keepalive timer runs");
}
// The same of a program's socket.
inline SocketSnapshot AwaitKeepaliveTimer(Host& host, const Endpoint& local,
                                          const Endpoint& remote) {
  return host.AwaitConnection(local, remote, KeepaliveTimerRunsOrIsOver,
                              "the keepalive timer runs");
}

// Whether the first packet that `is_probe` came when its sender had heard nothing for `idle`, since
// data that arrived at `heard`. The handler counts from the jiffy in which that was
// (keepalive_time_elapsed), so that a part of one may be missing: where a timer that was armed just
// before the data fires as late as may be, it finds the time over and sends at once.
inline testing::AssertionResult ProbesAfterIdle(Duration idle, TimePoint heard,
                                                bool (*is_probe)(const WirePacket&),
                                                const WireView& wire) {
  const std::vector<WirePacket> packets = wire.Packets();
  const auto probe = std::ranges::find_if(packets, is_probe);
  if (probe == packets.end()) return testing::AssertionFailure() << "no keepalive probe";
  return InTime("the first keepalive probe", {idle}, {heard - KernelWheel().Jiffy(), heard},
                probe->time);
}

// ss shows timer:(keepalive,…,probes): so many probes are unanswered.
inline auto ShowsKeepaliveTimer(int probes) {
  return testing::AllOf(
      testing::Field("state", &SocketSnapshot::state, TcpState::kEstablished),
      testing::Field("timer", &SocketSnapshot::timer, TimerKind::kKeepalive),
      testing::Field("retransmits", &SocketSnapshot::retransmits, static_cast<unsigned>(probes)));
}

// The counters of a host whose connection died of `probes` unanswered ones.
inline auto CountExpiryAfter(int probes) {
  return testing::IsSupersetOf(
      {testing::Pair("TcpExt.TCPKeepAlive", probes), testing::Pair("TcpExt.TCPAbortOnTimeout", 1),
       testing::Pair("Tcp.EstabResets", 1), testing::Pair("Tcp.OutRsts", 1)});
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_KEEPALIVE_PROBES_H_

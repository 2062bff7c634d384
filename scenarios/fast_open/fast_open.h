// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_FAST_OPEN_FAST_OPEN_H_
#define HALFOPEN_SCENARIOS_FAST_OPEN_FAST_OPEN_H_

#include <sys/socket.h>

#include <string_view>

#include "scenarios/syn_retry/syn_retry.h"

// What the stories of TCP Fast Open (RFC 7413) share. A client that holds a cookie of the server
// sends it in the SYN, and data with it. The client keeps cookies in its namespace's tcp_metrics,
// so a fresh namespace has none.
namespace halfopen::fast_open {

// tcp_fastopen, and the bits of it that today's kernels read (include/net/tcp.h). 1 by default.
inline constexpr char kSysctl[] = "net.ipv4.tcp_fastopen";
inline constexpr int kClientEnable = 0x1;
inline constexpr int kServerEnable = 0x2;
inline constexpr int kClientNoCookie = 0x4;
inline constexpr int kServerCookieNotRequired = 0x200;
inline constexpr int kServerWithoutSocketOption = 0x400;

// The secret that a server makes its cookies from; with two, the second is still accepted.
inline constexpr char kKeySysctl[] = "net.ipv4.tcp_fastopen_key";
inline constexpr char kFirstKey[] = "00000000-00000000-00000000-00000001";
inline constexpr char kSecondKey[] = "00000000-00000000-00000000-00000002";

// A listener that takes Fast Open: bit 0x2 and TCP_FASTOPEN, with room for `limit` requests that
// have sent data and not yet ended their handshake.
inline Socket Listen(Host& server, int limit = 16) {
  server.sysctls().Set(kSysctl, kServerEnable);
  Socket listener = server.Listen();
  EXPECT_THAT(listener.Set(FastOpen{limit}), Returns(0));
  return listener;
}

// Connects "first" so that the client host has a cookie, and stays connected, so that none of its
// packets come in between. TCP_FASTOPEN_CONNECT asks for a cookie without sending data.
inline Connection GetCookie(Host& clients, Socket& listener) {
  Socket first = clients.NewSocket("first");
  EXPECT_THAT(first.Set(FastOpenConnect{}), Returns(0));
  EXPECT_THAT(first.Connect(listener.host()), Returns(0));
  return {first, listener.Accept()};
}

// Accepts a connection and reads the "ping" that it brought. It stays open as long as what is
// returned, so that no FIN comes in between.
[[nodiscard]] inline Socket AcceptPing(Socket& listener) {
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Receives("ping"));
  return server;
}

// What has been counted of Fast Open since `before`, by nstat's names without "TCPFastOpen".
// Client: Active (data in a SYN was acknowledged), ActiveFail (it was not), Blackhole. Server:
// CookieReqd (a SYN asked for a cookie), Passive (a connection was made of a SYN), PassiveFail (a
// cookie was wrong), PassiveAltKey (it was of the second key), ListenOverflow (the limit).
inline Counters::Values Counted(const Host& host, const Counters& before) {
  constexpr std::string_view kPrefix = "TcpExt.TCPFastOpen";
  Counters::Values counted;
  for (const auto& [name, growth] : Counters::Read(host.network()).Since(before)) {
    if (name.starts_with(kPrefix)) counted[name.substr(kPrefix.size())] = growth;
  }
  return counted;
}

// The ACK that ends the handshake of the next connection, as it reaches the server.
inline Rule LastAck() { return Input().ToPort(80).TcpFlags(kSyn | kAck, kAck).First(1); }

// A handshake that carries data in its SYN, which the SYN-ACK acknowledges.
inline constexpr char kDataInTheSyn[] = R"(
    second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
    server > second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
    second > server  .   5:5(0) ack 1
    quiet 200ms
)";

// One whose SYN carries data that the server does not take: it goes again after the handshake.
inline constexpr char kDataRefused[] = R"(
    second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
    server > second  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
    second > server  P.  1:5(4) ack 1
    server > second  .   1:1(0) ack 5
    quiet 200ms
)";

}  // namespace halfopen::fast_open

#endif  // HALFOPEN_SCENARIOS_FAST_OPEN_FAST_OPEN_H_

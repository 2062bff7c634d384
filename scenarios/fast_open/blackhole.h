// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_FAST_OPEN_BLACKHOLE_H_
#define HALFOPEN_SCENARIOS_FAST_OPEN_BLACKHOLE_H_

#include <string>

#include "scenarios/fast_open/fast_open.h"

// What the stories of networks that lose connections opened fast share.
namespace halfopen::fast_open {

inline constexpr char kBlackholeSysctl[] = "net.ipv4.tcp_fastopen_blackhole_timeout_sec";

// MSG_FASTOPEN while Fast Open is off: an ordinary connection, not even a cookie is asked for.
inline constexpr char kOrdinary[] = R"(
    third  > server  S   0:0(0)        <mss, sackOK, TS, wscale>
    server > third   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
    third  > server  P.  1:5(4) ack 1
    server > third   .   1:1(0) ack 5
)";

// A connection of this name, opened with "ping", which the server has read.
inline Connection Ping(Host& clients, Socket& listener, const std::string& label) {
  Socket client = clients.NewSocket(label);
  EXPECT_THAT(client.SendTo(listener.host(), "ping", MSG_FASTOPEN), Returns(4));
  return {client, AcceptPing(listener)};
}

}  // namespace halfopen::fast_open

#endif  // HALFOPEN_SCENARIOS_FAST_OPEN_BLACKHOLE_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_BACKLOG_DEFER_ACCEPT_H_
#define HALFOPEN_SCENARIOS_BACKLOG_DEFER_ACCEPT_H_

#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {

using namespace std::chrono_literals;  // NOLINT: of the stories of TCP_DEFER_ACCEPT

// Blocks until the listener has ignored a bare ACK since `before`, or has taken it: how the
// client's connection then stands on the server.
inline SocketSnapshot AwaitDeferred(Socket& listener, const Socket& client,
                                    const Counters& before) {
  listener.Await(
      [&](const SocketSnapshot& now) {
        return now.receive_queue > 0 ||
               Counters::Read(listener.host().network()).Get("TCPDeferAcceptDrop") >
                   before.Get("TCPDeferAcceptDrop");
      },
      "the client's ACK");
  return ServersView(listener.host(), client);
}

// SYN-RECV, with the timer of its next SYN-ACK.
MATCHER(IsDeferred, "in SYN-RECV with a timer") {
  return arg.state == TcpState::kSynRecv && arg.timer == TimerKind::kOn;
}

// Connects to a program, and returns how its host has the connection once it has seen the ACK.
inline SocketSnapshot ConnectDeferred(Host& server, Socket& client) {
  const Counters before = Counters::Read(server.network());
  EXPECT_THAT(client.Connect(server), Returns(0).AtOnce());
  return server.AwaitConnection(
      client.remote(), client.local(),
      [&](const SocketSnapshot& now) {
        const Counters after = Counters::Read(server.network());
        return now.state == TcpState::kEstablished ||
               after.Get("TCPDeferAcceptDrop") > before.Get("TCPDeferAcceptDrop");
      },
      "the client's ACK");
}

}  // namespace halfopen::backlog

#endif  // HALFOPEN_SCENARIOS_BACKLOG_DEFER_ACCEPT_H_

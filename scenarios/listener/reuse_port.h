// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_LISTENER_REUSE_PORT_H_
#define HALFOPEN_SCENARIOS_LISTENER_REUSE_PORT_H_

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "scenarios/listener/listener.h"

// What the stories of several listeners on one port share.
namespace halfopen::listener {

// Whether a connection waits for accept(2) on this very listener: inet_diag shows listeners of one
// port side by side, without a word of whose they are.
inline bool HasWaiting(Socket& listener) {
  return (listener.Poll(POLLIN, std::chrono::milliseconds(0)).events & POLLIN) != 0;
}

// Connects clients until each of the two has one in its accept queue: with a fair hash that takes
// three on average, and more than 64 once in 2^63 times.
inline std::vector<Socket> ConnectUntilBothHaveOne(Host& clients, Socket& first, Socket& second) {
  std::vector<Socket> sockets;
  while (sockets.size() < 64 && !(HasWaiting(first) && HasWaiting(second))) {
    sockets.push_back(ConnectWaiting(clients, first));
  }
  return sockets;
}

// Accepts until the queue is empty.
inline std::vector<Socket> AcceptAll(Socket& listener) {
  EXPECT_THAT(listener.SetNonBlocking(), Returns(0));
  std::vector<Socket> accepted;
  while (true) {
    Socket next = listener.Accept("server");
    if (next.origin().error != 0) {
      EXPECT_THAT(next.origin(), FailsWith(EAGAIN));
      return accepted;
    }
    accepted.push_back(next);
  }
}

// Whether one of the accepted sockets is the other end of this client.
inline bool IsAmong(const std::vector<Socket>& accepted, const Socket& client) {
  return std::ranges::any_of(
      accepted, [&](const Socket& socket) { return socket.remote() == client.local(); });
}

}  // namespace halfopen::listener

#endif  // HALFOPEN_SCENARIOS_LISTENER_REUSE_PORT_H_

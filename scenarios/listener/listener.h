// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_LISTENER_LISTENER_H_
#define HALFOPEN_SCENARIOS_LISTENER_LISTENER_H_

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "harness/scenario.h"

// What the stories of a listener's options share.
namespace halfopen::listener {

inline constexpr std::uint16_t kPort = Socket::kDefaultPort;

// INADDR_ANY or in6addr_any.
inline Endpoint Wildcard(IpFamily family, std::uint16_t port = kPort) {
  return {IpAddress::Parse(family == IpFamily::kIpv4 ? "0.0.0.0" : "::"), port};
}

// A socket with these options, not bound yet.
template <typename... Options>
Socket SocketWith(Host& host, std::string label, const Options&... options) {
  Socket socket = host.NewSocket(std::move(label));
  [[maybe_unused]] const auto set = [&socket](const auto& option) {
    EXPECT_THAT(socket.Set(option), Returns(0));
  };
  (set(options), ...);
  return socket;
}

// The same, bound to the host's address and listening.
template <typename... Options>
Socket ListenerWith(Host& host, std::string label, const Options&... options) {
  Socket socket = SocketWith(host, std::move(label), options...);
  EXPECT_THAT(socket.Bind(kPort), Returns(0));
  EXPECT_THAT(socket.Listen(128), Returns(0));
  return socket;
}

// SO_ACCEPTCONN (socket(7)): whether the socket listens.
inline bool Listens(Socket& socket) {
  return socket.GetOption(SOL_SOCKET, SO_ACCEPTCONN, "SO_ACCEPTCONN") != 0;
}

// How many connections wait for accept(2), in the queues of all listeners of a port.
inline std::size_t Waiting(Host& host, std::uint16_t port = kPort) {
  std::size_t waiting = 0;
  for (const SocketSnapshot& socket : host.DiagnoseAll()) {
    if (socket.state == TcpState::kListen && socket.local.port == port) {
      waiting += socket.receive_queue;
    }
  }
  return waiting;
}

// Blocks until that many do.
inline void AwaitWaiting(Socket& listener, std::size_t connections) {
  listener.Await(
      [&](const SocketSnapshot&) {
        return Waiting(listener.host(), listener.local().port) >= connections;
      },
      fmt::format("{} in the accept queues", connections));
}

// A client whose connection waits for accept(2).
inline Socket ConnectWaiting(Host& clients, Socket& listener, std::string label = "client") {
  const std::size_t waiting = Waiting(listener.host(), listener.local().port);
  Socket client = clients.NewSocket(std::move(label));
  EXPECT_THAT(client.Connect(listener.host(), listener.local().port), Returns(0));
  AwaitWaiting(listener, waiting + 1);
  return client;
}

// A client that has been accepted and served; its connection is open.
inline Connection ExpectServed(Host& clients, Socket& listener) {
  Socket client = ConnectWaiting(clients, listener);
  Socket server = listener.Accept("server");
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  return {client, server};
}

inline bool IsReset(const WirePacket& packet) { return (packet.packet.flags & kRst) != 0; }

}  // namespace halfopen::listener

#endif  // HALFOPEN_SCENARIOS_LISTENER_LISTENER_H_

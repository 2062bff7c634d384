// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_HAPROXY_HAPROXY_H_
#define HALFOPEN_SCENARIOS_HAPROXY_HAPROXY_H_

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/handshake.h"

// What the stories of HAProxy share: it runs on the router, between the client and the server, and
// has a connection of its own to each of them.
namespace halfopen::haproxy {

using namespace handshake;  // NOLINT: the words of these stories

inline const bool kUsesHaproxy = UsesProgram("haproxy");

inline constexpr char kRequest[] = "GET / HTTP/1.1\r\nHost: server\r\n\r\n";

// What a story sets of its configuration.
struct Settings {
  std::string bind = "";      // parameters of `bind`
  std::string frontend = "";  // a line more of the frontend
  int retries = 0;
  std::chrono::milliseconds timeout_connect{std::chrono::hours(1)};
  std::chrono::milliseconds timeout_client{std::chrono::hours(1)};
  std::chrono::milliseconds timeout_server{std::chrono::hours(1)};
};

// Runs it on `proxy`, and waits until it is ready for clients on port 80.
inline Program RunHaproxy(Host& proxy, const Host& server, const Settings& settings) {
  static constexpr char kConfiguration[] = R"(
global
  maxconn 20
  nbthread 1

defaults
  mode http
  retries {}
  timeout connect {}ms
  timeout client {}ms
  timeout server {}ms

frontend web
  bind {} {}
  {}
  default_backend application

backend application
  server application {}
)";
  const Endpoint front{proxy.address(), Socket::kDefaultPort};
  const Endpoint back{server.address(), Socket::kDefaultPort};
  Program haproxy = proxy.Run(ProgramOptions{
      .arguments = {"haproxy", "-db", "-f", "haproxy.cfg"},
      .files = {
          {"haproxy.cfg",
           fmt::format(kConfiguration, settings.retries, settings.timeout_connect.count(),
                       settings.timeout_client.count(), settings.timeout_server.count(),
                       front.ToString(), settings.bind, settings.frontend, back.ToString())}}});
  haproxy.AwaitListener(Socket::kDefaultPort);
  return haproxy;
}

// A client of the proxy that has sent `request`.
inline Socket Ask(Host& clients, const Host& proxy, std::string_view request = kRequest) {
  Socket client = clients.NewSocket("client");
  EXPECT_THAT(client.Connect(proxy), Returns(0));
  EXPECT_THAT(client.Send(request), Succeeds());
  return client;
}

// That a call is about the proxy's end of this client's connection.
inline std::function<bool(const Call&)> IsWith(const Socket& client) {
  return [peer = client.local().ToString()](const Call& call) {
    return call.arguments.find("->" + peer) != std::string::npos;
  };
}

// That it is about the proxy's connections to the server.
inline std::function<bool(const Call&)> IsWith(const Host& server) {
  const Endpoint back{server.address(), Socket::kDefaultPort};
  return [peer = back.ToString()](const Call& call) {
    return call.arguments.find("->" + peer) != std::string::npos;
  };
}

// When HAProxy decided on a call: it reads its clock when epoll_wait() returns, and goes by that.
inline Moment Decided(const Program& haproxy, const Call& call) {
  TimePoint woken = TimePoint::min();
  for (const Call& wait : haproxy.Calls("epoll_wait")) {
    if (wait.end <= call.begin) woken = std::max(woken, wait.end);
  }
  return {woken, call.begin};
}

// Its timers, which count whole milliseconds.
inline std::vector<Duration> TimeOf(std::chrono::milliseconds timeout) {
  return {timeout - std::chrono::milliseconds(1)};
}

// The nth connection that HAProxy has opened to a server.
inline WireView ToServer(const WireView& wire, std::size_t n) {
  std::vector<std::pair<Endpoint, Endpoint>> opened;
  for (const WirePacket& packet : wire.SentBy("router").Packets()) {
    const std::pair ends(packet.packet.source, packet.packet.destination);
    if (IsSyn(packet) && std::ranges::find(opened, ends) == opened.end()) opened.push_back(ends);
  }
  if (n >= opened.size()) return wire.Since(TimePoint::max());
  return {wire.recorder(), opened[n].first, opened[n].second};
}

}  // namespace halfopen::haproxy

#endif  // HALFOPEN_SCENARIOS_HAPROXY_HAPROXY_H_

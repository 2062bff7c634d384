// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_REDIS_REDIS_H_
#define HALFOPEN_SCENARIOS_REDIS_REDIS_H_

#include <algorithm>
#include <string>

#include "harness/scenario.h"

// What the stories of redis share.
namespace halfopen {

const bool kUsesRedis = UsesProgram("redis-server");

constexpr std::uint16_t kRedisPort = 6379;

// A redis that keeps nothing on disk and looks around once a second, with this `tcp-keepalive` (0:
// none; redis.conf's default is 300). Listens when this returns. `traced` as in ProgramOptions: its
// looks around are most of what a guest computes in a story.
inline Program RunRedis(Host& host, std::chrono::seconds keepalive, bool traced = true) {
  Program redis =
      host.Run({.arguments = {"redis-server", "--bind", host.address().ToString(), "--port",
                              std::to_string(kRedisPort), "--tcp-keepalive",
                              std::to_string(keepalive.count()), "--protected-mode", "no", "--save",
                              "", "--appendonly", "no", "--hz", "1", "--loglevel", "verbose"},
                .traced = traced});
  redis.AwaitListener(kRedisPort);
  return redis;
}

// What redis makes of `tcp-keepalive` (anetKeepAlive() in src/anet.c): that long idle, then three
// probes, a third of it apart, but at least a second. Its default of 300 s, where the run has not
// shorter times.
inline Keepalive RedisKeepalive(const Timers& times) {
  const auto idle = std::min(times.keepalive.idle, std::chrono::seconds(300));
  return {idle, std::max(idle / 3, std::chrono::seconds(1)), 3};
}

// A client that has said PING and was answered: all is acknowledged.
inline Socket ConnectAndPing(Host& host, const Host& server) {
  Socket client = host.NewSocket();
  EXPECT_THAT(client.Connect(server, kRedisPort), Succeeds());
  EXPECT_THAT(client.Send("PING\r\n"), Returns(6));
  client.Set(QuickAck{});
  EXPECT_THAT(client.Recv(), Receives("+PONG\r\n"));
  return client;
}

// The server's end of a client's connection, as socket diagnostics show it.
inline SocketSnapshot ServerEnd(Host& server, const Socket& client) {
  return server.Diagnose(client.remote(), client.local()).value_or(SocketSnapshot());
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_REDIS_REDIS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
// Redis and clients that vanish: `tcp-keepalive`.
//
// A server that only answers never sends to a client that asks nothing, and so does not learn that
// it is gone. Redis therefore sets SO_KEEPALIVE on every connection, with TCP_KEEPIDLE at its
// `tcp-keepalive` (300 s by default since redis 3.2), TCP_KEEPINTVL at a third of it and
// TCP_KEEPCNT at 3 (anetKeepAlive()): the kernel gives the client up after twice that time, epoll
// reports it, and read() fails with ETIMEDOUT. A client that has forgotten the connection, as after
// a crash, answers the first probe with RST, and read() fails with ECONNRESET. With `tcp-keepalive
// 0` no timer runs at all, and the dead client keeps its descriptor and its place in `maxclients`.
#include <fmt/format.h>

#include <string>

#include "scenarios/keepalive/probes.h"
#include "scenarios/redis/redis.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Matches;
using testing::Not;
using testing::Pair;

auto SetsOption(const std::string& option, int value) {
  return Field(&Call::arguments, HasSubstr(fmt::format("{}, [{}]", option, value)));
}

// The client is gone without a word that redis hears: its RST is lost on the way. The network
// itself is well again when this returns, but knows no such connection.
void Crash(Socket& client, Host& server) {
  Fault lost = server.Drop(Input().ToPort(kRedisPort).TcpFlags(kRst, kRst));
  EXPECT_THAT(client.Set(Linger{}), Returns(0));
  EXPECT_THAT(client.Close(), Returns(0));
}

SCENARIO(RedisKeepalive, GivesAVanishedClientUp,
         .verdict =
             "Redis' tcp-keepalive N drops a vanished client after N and three probes N/3 apart: "
             "its read() fails with ETIMEDOUT.",
         .source = "redis.conf, tcp-keepalive; anetKeepAlive(); tcp(7), TCP_KEEPIDLE") {
  const Keepalive ka = RedisKeepalive(Times());
  const Counters before = CountersOf(ServerHost());
  Program redis = RunRedis(ServerHost(), ka.idle);
  Socket client = ConnectAndPing(ClientHost(), ServerHost());
  const TimePoint asked = Clock::now();
  EXPECT_EQ(ServerEnd(ServerHost(), client).timer, TimerKind::kKeepalive);
  Fault dark = ClientHost().Drop(Input().FromPort(kRedisPort));

  const auto later = [asked](const WirePacket& packet) { return packet.time > asked; };
  AwaitPackets(later, 2, "a second probe, or an answer to the first");
  ASSERT_THAT(Wire().Since(asked).Packets(),
              AllOf(Not(IsEmpty()), Each(Field(&WirePacket::from, "server"))));

  EXPECT_THAT(redis.AwaitCall("read", Matches(FailsWith(ETIMEDOUT))),
              FailsWith(ETIMEDOUT).AtOnce());
  EXPECT_THAT(redis.Calls("setsockopt"),
              IsSupersetOf({SetsOption("SO_KEEPALIVE", 1),
                            SetsOption("TCP_KEEPIDLE", static_cast<int>(ka.idle.count())),
                            SetsOption("TCP_KEEPINTVL", static_cast<int>(ka.interval.count())),
                            SetsOption("TCP_KEEPCNT", ka.probes)}));
  EXPECT_TRUE(redis.AwaitOutput("Reading from client: Connection timed out"));
  EXPECT_EQ(ServerEnd(ServerHost(), client).state, TcpState::kClose);
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountExpiryAfter(ka.probes));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
                 client >  server  P.  1:7(6) ack 1
      ?          server >  client  .   1:1(0) ack 7
                 server >  client  P.  1:8(7) ack 7
                 client >  server  .   7:7(0) ack 8
      +idle      server >| client  .   7:7(0) ack 7
      +interval  server >| client  .   7:7(0) ack 7  *more
      +interval  server >| client  R.  8:8(0) ack 7
      quiet 200ms
  )",
                            Bind("idle", ka.idle), Bind("interval", ka.interval),
                            Bind("more", ka.probes - 1)));
}

SCENARIO(RedisKeepalive, FindsThatAClientHasCrashed,
         .verdict =
             "A client whose RST was lost answers redis' first keepalive probe with another: "
             "its read() fails with ECONNRESET.",
         .source = "RFC 9293 3.5.1, half-open connections; redis.conf, tcp-keepalive") {
  const Keepalive ka = RedisKeepalive(Times());
  Program redis = RunRedis(ServerHost(), ka.idle);
  Socket client = ConnectAndPing(ClientHost(), ServerHost());

  Crash(client, ServerHost());
  EXPECT_THAT(redis.AwaitCall("read", Matches(FailsWith(ECONNRESET))),
              FailsWith(ECONNRESET).AtOnce());
  EXPECT_TRUE(redis.AwaitOutput("Reading from client: Connection reset by peer"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
                 client >  server  P.  1:7(6) ack 1
      ?          server >  client  .   1:1(0) ack 7
                 server >  client  P.  1:8(7) ack 7
                 client >  server  .   7:7(0) ack 8
                 client >| server  R.  7:7(0) ack 8
      +idle      server >  client  .   7:7(0) ack 7
                 client >  server  R   7:7(0)
      quiet 200ms
  )",
                            Bind("idle", ka.idle)));
}

SCENARIO(RedisKeepalive, SwitchedOffKeepsACrashedClient,
         .verdict =
             "With tcp-keepalive 0 redis keeps a crashed client for ever: ESTABLISHED, no "
             "timer, no packet.",
         .source = "redis.conf, tcp-keepalive; RFC 9293 3.5.1; RFC 1122 4.2.3.6") {
  const Keepalive ka = RedisKeepalive(Times());
  const bool off = Cause("tcp-keepalive is 0");
  Program redis = RunRedis(ServerHost(), off ? std::chrono::seconds(0) : ka.idle, false);
  Socket client = ConnectAndPing(ClientHost(), ServerHost());

  Crash(client, ServerHost());
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
                 client >  server  P.  1:7(6) ack 1
      ?          server >  client  .   1:1(0) ack 7
                 server >  client  P.  1:8(7) ack 7
                 client >  server  .   7:7(0) ack 8
                 client >| server  R.  7:7(0) ack 8
      quiet expiry
  )",
                            Bind("expiry", Duration(ka.Expiry()))));
  const SocketSnapshot left = ServerEnd(ServerHost(), client);
  EXPECT_EQ(left.state, TcpState::kEstablished);
  EXPECT_EQ(left.timer, TimerKind::kOff);
}

}  // namespace
}  // namespace halfopen

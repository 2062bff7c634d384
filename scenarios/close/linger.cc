// SPDX-License-Identifier: GPL-2.0-or-later
// SO_LINGER with a time: close() waits until everything is acknowledged, the FIN included, or the
// time is over (tcp_close, net/ipv4/tcp.c; sk_stream_wait_close, net/core/stream.c).
//
// Acknowledged means received by the peer's kernel, not read by its application. Whatever happens,
// close() returns 0: after the time the orphan goes on as any does, and if the connection dies
// meanwhile, its error has nobody left to be told to. O_NONBLOCK makes no difference (inet_release
// looks at SO_LINGER alone). socket(7) says that shutdown(2) waits too; inet_shutdown does not.
#include <chrono>

#include "scenarios/close/close.h"
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

constexpr Linger kASecond{.on = true, .time = std::chrono::seconds(1)};

// A FIN is acknowledged late by an end that has received data (tcp_fin enters pingpong mode), by
// TCP_ATO_MIN.
constexpr Duration kDelayedAck = std::chrono::milliseconds(40);

// Data and FIN that nobody acknowledges: +probe, +backoff, *again.
constexpr char kDataAndFin[] = R"(
              handshake
              client >| server  P.   1:5(4) ack 1
              client >| server  F.   5:5(0) ack 1
    +probe    client >| server  F.   5:5(0) ack 1
    +backoff  client >| server  FP.  1:5(4) ack 1  *again
)";

SCENARIO(Linger, CloseTowardsADeadPeerReturnsZeroWhenTheTimeIsOver,
         .verdict =
             "With SO_LINGER {1, n}, close() towards a dead peer blocks n seconds and returns "
             "0 all the same; the orphan goes on sending.",
         .source = "socket(7), SO_LINGER; tcp_close and sk_stream_wait_close") {
  auto [client, server] = Connect();
  const Duration rto = client.Snapshot().rto;
  Fault dark = ServerHost().Drop(FromClient(ClientHost()));
  if (Cause("SO_LINGER with a time")) client.Set(kASecond);

  EXPECT_THAT(client.Send("ping"), Returns(4));
  ASSERT_THAT(client.Close(), Returns(0).After(kASecond.time));
  const SocketSnapshot orphan = AwaitRetransmission(client, 3);  // 1.4 s after the first one
  EXPECT_EQ(orphan.state, TcpState::kFinWait1);
  EXPECT_THAT(orphan, ShowsRetransmissionTimer(3, rto));

  EXPECT_THAT(Wire(), Shows(kDataAndFin, Bind("probe", kTailLossProbe),
                            Bind("backoff", std::vector{rto, 2 * rto, 4 * rto}), Bind("again", 3)));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
}

SCENARIO(Linger, CloseReturnsOnceTheFinIsAcknowledged,
         .verdict =
             "With SO_LINGER {1, n}, close() returns 0 as soon as the peer's kernel has "
             "acknowledged data and FIN, read or not.",
         .source = "socket(7), SO_LINGER; sk_stream_closing (net/core/stream.c)") {
  auto [client, server] = Connect();
  EXPECT_THAT(client.Send("ping"), Returns(4));
  const Duration rto =
      client.Await([](const auto& now) { return now.send_queue == 0; }, "acknowledged").rto;
  Fault lost = ServerHost().Drop(FromClient(ClientHost()).First(1));
  if (Cause("SO_LINGER with a time")) client.Set(Linger{.time = std::chrono::seconds(60)});

  EXPECT_THAT(client.Close(), Returns(0).After({rto, kDelayedAck}));
  EXPECT_EQ(client.Snapshot().state, TcpState::kFinWait2);
  EXPECT_EQ(server.Snapshot().state, TcpState::kCloseWait);
  EXPECT_THAT(server.Recv(), Receives("ping"));

  EXPECT_THAT(Wire(), Shows(R"(
            handshake
            client >  server  P.  1:5(4) ack 1
            server >  client  .   1:1(0) ack 5
            client >| server  F.  5:5(0) ack 1
      +rto  client >  server  F.  5:5(0) ack 1
            server >  client  .   1:1(0) ack 6
      quiet 200ms
  )",
                            Bind("rto", rto)));
}

SCENARIO(Linger, ShutdownDoesNotWaitAndANonBlockingCloseDoes,
         .verdict =
             "SO_LINGER {1, n} makes close() block for n seconds even on a non-blocking "
             "socket; shutdown() returns at once.",
         .source = "inet_shutdown and inet_release (net/ipv4/af_inet.c)",
         .outdated = "socket(7) says that shutdown() lingers too; on Linux only close() does.") {
  auto [client, server] = Connect();
  const Duration rto = client.Snapshot().rto;
  Fault dark = ServerHost().Drop(FromClient(ClientHost()));
  if (Cause("SO_LINGER with a time")) client.Set(kASecond);
  EXPECT_THAT(client.SetNonBlocking(), Returns(0));

  EXPECT_THAT(client.Shutdown(SHUT_WR), Returns(0).AtOnce());
  EXPECT_THAT(client.Close(), Returns(0).After(kASecond.time));
  EXPECT_EQ(client.Snapshot().state, TcpState::kFinWait1);

  EXPECT_THAT(Wire(), Shows(R"(
                handshake
                client >| server  F.  1:1(0) ack 1
      +backoff  client >| server  F.  1:1(0) ack 1  *3
  )",
                            Bind("backoff", std::vector{rto, rto, 2 * rto})));
}

SCENARIO(Linger, CloseReturnsZeroThoughTheConnectionTimedOut,
         .verdict =
             "SO_LINGER beyond the last retransmission: close() blocks until the connection "
             "is given up and returns 0, not ETIMEDOUT.",
         .source = "sk_stream_wait_close; ip-sysctl.rst, tcp_retries2") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const auto backoff = Timers::RetransmissionBackoff(client.Snapshot().rto, Times().retries2);
  Fault dark = ServerHost().Drop(FromClient(ClientHost()));
  if (Cause("SO_LINGER with a time")) client.Set(Linger{.time = std::chrono::hours(1)});

  EXPECT_THAT(client.Send("ping"), Returns(4));
  std::vector<Duration> timers = backoff;
  timers.insert(timers.begin(), kTailLossProbe);
  EXPECT_THAT(client.Close(), Returns(0).After(timers));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);

  const int again = static_cast<int>(backoff.size()) - 1;
  EXPECT_THAT(Wire(), Shows(kDataAndFin, Bind("probe", kTailLossProbe),
                            Bind("backoff", WithoutLast(backoff)), Bind("again", again)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountsATimeoutAfter(again + 1));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
}

SCENARIO(Linger, ZeroLosesDataAndItsResetIsChallenged,
         .verdict =
             "SO_LINGER {1, 0} throws away what has not arrived: the peer's read fails with "
             "ECONNRESET, and the data is not sent again.",
         .source = "socket(7), SO_LINGER; RFC 5961 3.2; tcp_validate_incoming") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(FromClient(ClientHost()).First(1));
  EXPECT_THAT(client.Send("ping"), Returns(4));
  if (Cause("SO_LINGER with time 0")) client.Set(Linger{});
  EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(server.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(server.Recv(), EndsStream());

  // The RST is numbered behind the lost data, so the server asks for the exact one.
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client >| server  P.  1:5(4) ack 1
      client >  server  R.  5:5(0) ack 1
      server >  client  .   1:1(0) ack 1
      client >  server  R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              testing::Contains(testing::Pair("TcpExt.TCPChallengeACK", 1)));
}

}  // namespace
}  // namespace halfopen

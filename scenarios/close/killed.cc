// SPDX-License-Identifier: GPL-2.0-or-later
// A process that is killed: the kernel closes its descriptors, and that is all the peer sees of it.
//
// close() takes a descriptor away; the connection ends with the last one, so that of two processes
// that share it after a fork(2) the first one's close() sends nothing (close(2)). The last one may
// be closed by the kernel, for a process that SIGKILL ended (exit_files): it sends a FIN as close()
// does, a RST if data was left unread, and from the wire nobody can tell it from a polite end. The
// one difference: a dying process does not wait for SO_LINGER (PF_EXITING, inet_release).
#include <chrono>

#include "fixtures/holder.h"
#include "scenarios/close/close.h"

namespace halfopen {
namespace {

constexpr ExitStatus kKilled{.code = 0, .signal = SIGKILL};

SCENARIO(KilledProcess, SendsAFinForItsLastDescriptor,
         .verdict =
             "close() by one of two processes sends nothing; when SIGKILL ends the other one, "
             "the peer gets a FIN and its read returns 0.",
         .source = "close(2); inet_release (net/ipv4/af_inet.c)") {
  auto [client, server] = Connect();
  Holder process(server);
  EXPECT_THAT(server.Close(), Returns(0));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);

  if (Cause("the process is killed")) {
    EXPECT_EQ(process.Kill(), kKilled);
  }
  ASSERT_NE(server.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
    ? client > server  .   1:1(0) ack 2
      client > server  P.  1:5(4) ack 2
      server > client  R   2:2(0)
      quiet 200ms
  )"));
}

SCENARIO(KilledProcess, SendsARstForUnreadData,
         .verdict =
             "A process killed with a request unread resets the connection: the client's read "
             "fails with ECONNRESET.",
         .source = "RFC 2525 2.17; __tcp_close (net/ipv4/tcp.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());
  Holder process(server);
  EXPECT_THAT(server.Close(), Returns(0));
  if (Cause("data is left unread")) {
    EXPECT_THAT(client.Send("ping"), Returns(4));
  }
  client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; }, "acknowledged");

  if (Cause("the process is killed")) {
    EXPECT_EQ(process.Kill(), kKilled);
  }
  ASSERT_EQ(server.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      server > client  R.  1:1(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              testing::Contains(testing::Pair("TcpExt.TCPAbortOnClose", 1)));
}

SCENARIO(KilledProcess, DoesNotLinger,
         .verdict =
             "SO_LINGER {1, n} does not keep a killed process: it dies at once, and its socket "
             "goes on as an orphan in FIN-WAIT-1.",
         .source = "inet_release (net/ipv4/af_inet.c), PF_EXITING") {
  auto [client, server] = Connect();
  const std::chrono::seconds time(60);
  server.Set(Linger{.time = time});
  Holder process(server);
  EXPECT_THAT(server.Close(), Returns(0).AtOnce()) << "it was not the last descriptor";
  Fault deaf = ClientHost().Drop(Input().From(ServerHost().address()).FromPort(80));

  const TimePoint begin = Clock::now();
  if (Cause("the process is killed")) {
    EXPECT_EQ(process.Kill(), kKilled);
  }
  EXPECT_LT(Clock::now() - begin, time);
  const SocketSnapshot orphan = server.Snapshot();
  ASSERT_EQ(orphan.state, TcpState::kFinWait1);
  EXPECT_EQ(orphan.timer, TimerKind::kOn);
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server >| client  F.  1:1(0) ack 1
    ? server >| client  F.  1:1(0) ack 1
  )"));
}

}  // namespace
}  // namespace halfopen

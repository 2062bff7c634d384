// SPDX-License-Identifier: GPL-2.0-or-later
// tcp_max_tw_buckets exceeded: the connection is closed without a TIME-WAIT.
//
// Its last ACK is sent, but nobody is left who could send it again (tcp_time_wait,
// net/ipv4/tcp_minisocks.c, which counts TCPTimeWaitOverflow). If it is lost, the peer's FIN meets
// a host that knows nothing of the connection and answers with RST; LAST-ACK takes that for its end
// (tcp_reset), and as its socket is closed, no application is told. ip-sysctl.rst advises against
// lowering the limit.
#include "scenarios/close/close.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

constexpr char kMaxBuckets[] = "net.ipv4.tcp_max_tw_buckets";

SCENARIO(TimeWait, IsLeftOutBeyondMaxTwBuckets,
         .verdict =
             "Beyond tcp_max_tw_buckets there is no TIME-WAIT: after the last ACK the kernel "
             "forgets the connection at once.",
         .source = "ip-sysctl.rst, tcp_max_tw_buckets; tcp_time_wait (net/ipv4/tcp_minisocks.c)") {
  if (Cause("tcp_max_tw_buckets is reached")) ClientHost().sysctls().Set(kMaxBuckets, 0);
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  client.Shutdown(SHUT_WR);
  server.Await(TcpState::kCloseWait);
  client.Await(TcpState::kFinWait2);
  EXPECT_THAT(server.Close(), Returns(0));
  server.Await(TcpState::kClose);
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Close(), Returns(0));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  F.  1:1(0) ack 1
      server > client  .   1:1(0) ack 2
      server > client  F.  1:1(0) ack 2
      client > server  .   2:2(0) ack 2
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              Contains(Pair("TcpExt.TCPTimeWaitOverflow", 1)));
}

SCENARIO(TimeWait, WithoutItALostLastAckEndsInAReset,
         .verdict =
             "Beyond tcp_max_tw_buckets a lost last ACK is not repeated: the FIN that comes "
             "again draws a RST.",
         .source = "RFC 9293 3.10.7.1; tcp_time_wait (net/ipv4/tcp_minisocks.c)") {
  if (Cause("tcp_max_tw_buckets is reached")) ClientHost().sysctls().Set(kMaxBuckets, 0);
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());
  const Duration rto = server.Snapshot().rto;
  client.Shutdown(SHUT_WR);
  server.Await(TcpState::kCloseWait);
  client.Await(TcpState::kFinWait2);
  Fault lost = ServerHost().Drop(FromClient(ClientHost()).First(1));
  EXPECT_THAT(server.Close(), Returns(0));
  server.Await(TcpState::kClose);

  EXPECT_THAT(Wire(), Shows(R"(
            handshake
            client >  server  F.  1:1(0) ack 1
            server >  client  .   1:1(0) ack 2
            server >  client  F.  1:1(0) ack 2
            client >| server  .   2:2(0) ack 2
      +rto  server >  client  F.  1:1(0) ack 2
            client >  server  R   2:2(0)
      quiet 200ms
  )",
                            Bind("rto", rto)));
  // A RST in LAST-ACK counts as no reset of a connection in use (RFC 4022, tcpEstabResets).
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              AllOf(Contains(Key("Tcp.RetransSegs")), Not(Contains(Key("Tcp.EstabResets")))));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Unread data turns close() into a reset, whatever has been said before it.
//
// The RST tells the peer that its data was lost (RFC 2525 2.17; __tcp_close, net/ipv4/tcp.c), and
// counts as TCPAbortOnClose. Neither the peer's FIN nor an own one spares it: a peer that said all
// it had to say and waits for the answer is told ECONNRESET, one that has seen the FIN is told
// EPIPE. One byte that was not read is enough. That the reset comes to a peer in ESTABLISHED is
// told in rst_after_fin/.
#include "scenarios/close/close.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

void SendWhatIsNotRead(Socket& client, Socket& server) {
  EXPECT_THAT(client.Send("ping"), Returns(4));
  server.Await([](const SocketSnapshot& now) { return now.receive_queue == 4; },
               "the data has arrived");
}

inline auto CountsAnAbortOnClose() {
  return testing::IsSupersetOf({Pair("TcpExt.TCPAbortOnClose", 1), Pair("Tcp.OutRsts", 1)});
}

SCENARIO(UnreadData, CloseAfterThePeersFinResetsToo,
         .verdict =
             "A server that closes with the request unread resets a client that has already "
             "half-closed: its read fails with ECONNRESET.",
         .source = "RFC 2525 2.17; __tcp_close (net/ipv4/tcp.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  if (Cause("data is left unread")) SendWhatIsNotRead(client, server);
  client.Shutdown(SHUT_WR);
  client.Await(TcpState::kFinWait2);
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(client.Recv(), EndsStream());

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      client > server  F.  5:5(0) ack 1
      server > client  .   1:1(0) ack 6
      server > client  R.  1:1(0) ack 6
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountsAnAbortOnClose());
}

SCENARIO(UnreadData, CloseAfterTheOwnFinResetsToo,
         .verdict =
             "shutdown(SHUT_WR) sends a FIN despite unread data, but close() then adds a RST: "
             "the peer's write fails with EPIPE.",
         .source = "RFC 2525 2.17; __tcp_close (net/ipv4/tcp.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  if (Cause("data is left unread")) SendWhatIsNotRead(client, server);
  server.Shutdown(SHUT_WR);
  client.Await(TcpState::kCloseWait);
  server.Await(TcpState::kFinWait2);
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().state, TcpState::kClose);
  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(client.Recv(), EndsStream());

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      server > client  F.  1:1(0) ack 5
      client > server  .   5:5(0) ack 2
      server > client  R.  2:2(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountsAnAbortOnClose());
}

SCENARIO(UnreadData, OneByteIsEnough,
         .verdict =
             "One unread byte makes close() send a RST; the peer still reads the answer that has "
             "arrived, and then fails with ECONNRESET.",
         .source = "__tcp_close and tcp_recvmsg_locked (net/ipv4/tcp.c)") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ServerHost());

  SendWhatIsNotRead(client, server);
  EXPECT_THAT(server.Recv(3), Receives("pin"));
  if (!Cause("a byte is left unread")) {
    EXPECT_THAT(server.Recv(), Receives("g"));
  }
  EXPECT_THAT(server.Send("pong"), Returns(4));
  client.Await([](const SocketSnapshot& now) { return now.receive_queue == 4; }, "the answer");
  if (Cause("the server closes")) server.Close();
  ASSERT_EQ(server.Snapshot().state, TcpState::kClose);
  client.Await(TcpState::kClose);
  EXPECT_THAT(client.Recv(), Receives("pong"));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      server > client  P.  1:5(4) ack 5
    ? client > server  .   5:5(0) ack 5
      server > client  R.  5:5(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), CountsAnAbortOnClose());
}

// The ACK of the data is lost, then the FIN, so that both are sent again in one segment. What the
// server's queue holds then is old data and a FIN.
constexpr char kRepeatedWithTheFin[] = R"(
              handshake
              client >  server  P.   1:5(4) ack 1
              server >| client  .    1:1(0) ack 5
              client >| server  F.   5:5(0) ack 1
    +probe    client >| server  F.   5:5(0) ack 1
    +rto      client >  server  FP.  1:5(4) ack 1
              server >  client  .    1:1(0) ack 6
)";

SCENARIO(UnreadData, DataThatComesAgainWithTheFinIsNot,
         .verdict =
             "Data that was read and comes again with the peer's FIN, as its ACK was lost, is "
             "not unread: close() sends a FIN.",
         .source = "tcp_retrans_try_collapse; __tcp_close (net/ipv4/tcp.c)") {
  auto [client, server] = Connect();
  const Duration rto = client.Snapshot().rto;
  const Rule from_server = Input().From(ServerHost().address()).FromPort(80);
  Fault no_ack = ClientHost().Drop(from_server.First(1));
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  Fault no_fin = ServerHost().Drop(FromClient(ClientHost()).First(2));
  EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  server.Await(TcpState::kCloseWait);
  client.Await(TcpState::kFinWait2);
  EXPECT_THAT(Wire(), Shows(kRepeatedWithTheFin, Bind("probe", kTailLossProbe), Bind("rto", rto)));

  const TimePoint begin = Clock::now();
  EXPECT_THAT(server.Close(), Returns(0).AtOnce());
  EXPECT_THAT(Wire().Since(begin), Shows(R"(
      server > client  F.  1:1(0) ack 6
      client > server  .   6:6(0) ack 2
      quiet 200ms
  )"));
  EXPECT_EQ(client.Snapshot().state, TcpState::kTimeWait);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// The calls that open fast, and what they return.
//
// sendto(MSG_FASTOPEN) is connect and send in one. In non-blocking mode it returns the bytes that
// went with the SYN; without a cookie none did, and it fails with EINPROGRESS: the data is *not*
// queued (tcp_sendmsg_fastopen). TCP_FASTOPEN_CONNECT (tcp(7)) moves the SYN from connect(2) to the
// first write: with a cookie connect() returns 0 at once, having sent nothing, and says nothing
// about the server (tcp_fastopen_defer_connect).
#include <poll.h>

#include <optional>

#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

SCENARIO(FastOpen, NonBlockingSendtoWithoutACookieTakesNoData,
         .verdict =
             "Without a cookie a non-blocking sendto(MSG_FASTOPEN) fails with EINPROGRESS and "
             "drops its data: it must be sent again once connected.",
         .source = "tcp(7); tcp_sendmsg_fastopen(), tcp_sendmsg_locked()") {
  Socket listener = Listen(ServerHost());
  std::optional<Connection> first;
  if (!Cause("the client has no cookie")) first = GetCookie(ClientHost(), listener);
  Socket client = ClientHost().NewSocket();
  client.SetNonBlocking();

  EXPECT_THAT(client.SendTo(ServerHost(), "ping", MSG_FASTOPEN), FailsWith(EINPROGRESS).AtOnce());
  EXPECT_THAT(client.Poll(POLLOUT), Returns(1));
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(client.Send("again"), Returns(5));
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Receives("again"));

  EXPECT_THAT(Wire(client), Shows(R"(
      client > server  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
      server > client  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale, FO>
      client > server  .   1:1(0) ack 1
      client > server  P.  1:6(5) ack 1
      server > client  .   1:1(0) ack 6
  )"));
}

// 40 bytes of the segment are left free for options (MAX_TCP_OPTION_SPACE).
SCENARIO(FastOpen, NonBlockingSendtoReturnsWhatFitsIntoTheSyn,
         .verdict =
             "With a cookie a non-blocking sendto(MSG_FASTOPEN) returns what went with the SYN: "
             "at most a segment less 40 bytes.",
         .source = "RFC 7413 4.2.2; tcp_send_syn_data()") {
  Socket listener = Listen(ServerHost());
  std::optional<Connection> first;
  if (Cause("the client has a cookie")) first = GetCookie(ClientHost(), listener);
  Socket second = ClientHost().NewSocket("second");
  second.SetNonBlocking();
  const int segment = family() == IpFamily::kIpv4 ? 1460 : 1440;
  const std::string data(3000, 'x');

  ASSERT_THAT(second.SendTo(ServerHost(), data, MSG_FASTOPEN), Returns(segment - 40).AtOnce());
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Receives(data.substr(40 + data.size() - segment)));
  EXPECT_THAT(second.Poll(POLLOUT), Returns(1));
  EXPECT_THAT(second.Send("the rest"), Returns(8));
  EXPECT_THAT(server.Recv(), Receives("the rest"));
  const std::vector<WirePacket> packets = Wire(second).Packets();
  EXPECT_EQ(packets.at(0).packet.flags, kSyn);
  EXPECT_EQ(packets.at(0).packet.payload_length, static_cast<unsigned>(segment - 40));
  EXPECT_EQ(packets.at(1).acknowledgment, static_cast<unsigned>(segment - 40 + 1));
}

SCENARIO(FastOpen, ConnectReturnsBeforeAnythingIsSent,
         .verdict =
             "With TCP_FASTOPEN_CONNECT and a cookie connect() returns 0 and sends nothing; a "
             "client that reads first waits for ever.",
         .source = "tcp(7); tcp_fastopen_defer_connect(), tcp_poll()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  Socket second = ClientHost().NewSocket("second");
  if (Cause("the client sets TCP_FASTOPEN_CONNECT")) second.Set(FastOpenConnect{});

  EXPECT_THAT(second.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_EQ(second.Snapshot().state, TcpState::kSynSent);
  EXPECT_EQ(second.Snapshot().timer, TimerKind::kOff);
  EXPECT_EQ(PollEventNames(second.Poll(POLLIN | POLLOUT).events), "POLLOUT");
  PendingCall reading = second.StartRecv();
  ASSERT_THAT(Wire(second), Shows("quiet 200ms"));
  ASSERT_FALSE(reading.Done());
  EXPECT_THAT(second.Send("ping"), Returns(4));
  Socket server = AcceptPing(listener);
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(reading.Wait(), Succeeds());

  EXPECT_THAT(Wire(second), Shows(R"(
      second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server > second  S.  0:0(0) ack 5
      second > server  .   5:5(0) ack 1
      server > second  P.  1:5(4) ack 5
      second > server  .   5:5(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(FastOpen, RefusedPortFailsTheFirstWriteAndNotConnect,
         .verdict =
             "With TCP_FASTOPEN_CONNECT and a cookie a closed port lets connect() succeed; "
             "the first send() fails with ECONNREFUSED.",
         .source = "tcp(7); tcp_fastopen_defer_connect(); RFC 9293 3.10.7.1") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  if (Cause("the server no longer listens")) listener.Close();
  Socket second = ClientHost().NewSocket("second");
  second.Set(FastOpenConnect{});

  EXPECT_THAT(second.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(second.Send("ping"), FailsWith(ECONNREFUSED).AtOnce());
  EXPECT_THAT(Wire(second), Shows(R"(
      second > server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server > second  R.  0:0(0) ack 5
      quiet 200ms
  )"));
}

// A protocol in which the server speaks first gains too: a SYN with a cookie and no data.
SCENARIO(FastOpen, CookieWithoutDataLetsTheServerSpeakFirst,
         .verdict =
             "A SYN with a cookie and no data is enough: accept() returns and the server's "
             "greeting goes out in SYN-RECV.",
         .source = "RFC 7413 4.2; tcp_try_fastopen(), tcp_send_syn_data()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());
  Fault lost = ServerHost().Drop(LastAck());
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "", MSG_FASTOPEN), Returns(0));
  Socket server = listener.Accept();
  ASSERT_EQ(server.Snapshot().state, TcpState::kSynRecv);
  EXPECT_THAT(server.Send("hello"), Returns(5));
  EXPECT_THAT(second.Recv(), Receives("hello"));
  server.Await(TcpState::kEstablished);

  EXPECT_THAT(Wire(second), Shows(R"(
      second >  server  S   0:0(0)        <mss, sackOK, TS, wscale, FO>
      server >  second  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      second >| server  .   1:1(0) ack 1
      server >  second  P.  1:6(5) ack 1
      second >  server  .   1:1(0) ack 6
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before), testing::ElementsAre(testing::Pair("Passive", 1)));
}

}  // namespace
}  // namespace halfopen::fast_open

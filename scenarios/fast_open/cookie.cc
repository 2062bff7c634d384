// SPDX-License-Identifier: GPL-2.0-or-later
// Fast Open's cookie: asked for by the first connection, spent by every later one.
//
// The first SYN to a host carries an empty Fast Open option and no data; the SYN-ACK brings the
// cookie (RFC 7413 3 and 4.1). From then on data goes in the SYN: the server makes a full socket of
// it (tcp_fastopen_create_child), accept(2) returns and read(2) has the data while the socket is
// still in SYN-RECV. A cookie is made of the addresses and not of the ports (4.1.2).
#include "scenarios/fast_open/fast_open.h"

namespace halfopen::fast_open {
namespace {

using testing::ElementsAre;
using testing::Pair;

SCENARIO(FastOpen, FirstConnectionAsksForACookieAndSendsItsDataAfterTheHandshake,
         .verdict =
             "The first sendto(MSG_FASTOPEN) to a host gains nothing: its SYN asks for a "
             "cookie, the data waits for the handshake.",
         .source = "RFC 7413 3; tcp_send_syn_data(), tcp_try_fastopen()") {
  Socket listener = Listen(ServerHost());
  const Counters before = CountersOf(ServerHost());
  Socket client = ClientHost().NewSocket();
  if (Cause("the client opens with MSG_FASTOPEN")) {
    EXPECT_THAT(client.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  } else {
    EXPECT_THAT(client.Connect(ServerHost()), Returns(0));
    EXPECT_THAT(client.Send("ping"), Returns(4));
  }
  Socket server = AcceptPing(listener);

  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
      server > client  S.  0:0(0) ack 1  <mss, sackOK, TS, wscale, FO>
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("CookieReqd", 1)));
}

SCENARIO(FastOpen, DataInTheSynIsReadAndAnsweredBeforeTheHandshakeEnds,
         .verdict =
             "With a cookie accept() returns and the request is read and answered in "
             "SYN-RECV; the handshake's last ACK may even be lost.",
         .source = "RFC 7413 3 and 4.2; tcp_fastopen_create_child(), tcp_sendmsg_locked()") {
  Socket listener = Listen(ServerHost());
  const Connection first = GetCookie(ClientHost(), listener);
  const Counters before = CountersOf(ServerHost());
  const Counters before_client = CountersOf(ClientHost());
  Fault lost = ServerHost().Drop(LastAck());
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(ServerHost(), "ping", MSG_FASTOPEN), Returns(4));
  Socket server = AcceptPing(listener);
  ASSERT_EQ(server.Snapshot().state, TcpState::kSynRecv);
  EXPECT_EQ(server.Snapshot().timer, TimerKind::kOn);
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(second.Recv(), Receives("pong"));
  server.Await(TcpState::kEstablished);

  EXPECT_THAT(Wire(second), Shows(R"(
      second >  server  S   0:4(4)        <mss, sackOK, TS, wscale, FO>
      server >  second  S.  0:0(0) ack 5  <mss, sackOK, TS, wscale>
      second >| server  .   5:5(0) ack 1
      server >  second  P.  1:5(4) ack 5
      second >  server  .   5:5(0) ack 5
      quiet 200ms
  )"));
  EXPECT_THAT(Counted(ServerHost(), before), ElementsAre(Pair("Passive", 1)));
  EXPECT_THAT(Counted(ClientHost(), before_client), ElementsAre(Pair("Active", 1)));
}

SCENARIO(FastOpen, CookieIsOfTheHostAndNotOfThePort,
         .verdict =
             "A cookie from one port of a server opens every other one: the first connection "
             "to port 81 carries data in its SYN.",
         .source =
             "RFC 7413 4.1.2 and 4.1.3; tcp_fastopen_cookie_gen(), "
             "tcp_fastopen_cache_get()") {
  Socket listener = Listen(ServerHost());
  Socket other = ServerHost().Listen(128, 81);
  if (Cause("the listener on port 81 takes Fast Open")) other.Set(FastOpen{16});
  const Connection first = GetCookie(ClientHost(), listener);
  Socket second = ClientHost().NewSocket("second");

  EXPECT_THAT(second.SendTo(Endpoint{ServerHost().address(), 81}, "ping", MSG_FASTOPEN),
              Returns(4));
  const Socket server = AcceptPing(other);
  EXPECT_THAT(Wire(second), Shows(kDataInTheSyn));
}

// RFC 7413 got its option's number late: before, and still where a server gives no cookie, Linux
// asks by the experimental option 254 with the magic number 0xf989 (RFC 6994).
SCENARIO(FastOpen, ServerWithoutCookiesIsAskedOnceByTheExperimentalOption,
         .verdict =
             "A server that gives no cookie is asked the next time by the experimental option "
             "254 (f989), and then by option 34 again.",
         .source = "RFC 7413 9, RFC 6994; tcp_rcv_fastopen_synack() (try_exp)") {
  Socket listener = ServerHost().Listen();
  if (!Cause("the server does not take Fast Open")) {
    ServerHost().sysctls().Set(kSysctl, kServerEnable);
    listener.Set(FastOpen{16});
  }
  for (const char* label : {"first", "second", "third"}) {
    Socket client = ClientHost().NewSocket(label);
    EXPECT_THAT(client.SendTo(ServerHost(), label, MSG_FASTOPEN), Succeeds());
    EXPECT_THAT(listener.Accept().Recv(), Receives(label));
  }
  const auto is_syn = [](const WirePacket& packet) {
    return (packet.packet.flags & (kSyn | kAck)) == kSyn;
  };
  std::vector<TcpOption> asked;
  for (const WirePacket& packet : Wire().Packets()) {
    if (is_syn(packet)) asked.push_back(packet.packet.options.back());
  }
  EXPECT_THAT(asked, ElementsAre(TcpOption{kOptionFastOpen, {}}, TcpOption{254, {0xf9, 0x89}},
                                 TcpOption{kOptionFastOpen, {}}));
}

}  // namespace
}  // namespace halfopen::fast_open

// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_MAXSEG on a listener: the largest segment, in both directions.
//
// Set before the handshake, it is announced in the SYN-ACK's MSS option, so that the client sends
// no larger ones (RFC 9293 3.7.1), and it limits the accepted socket's own (tcp_parse_options takes
// the smaller of user_mss and the client's option). Options that every segment carries count: the
// timestamps' 12 bytes leave 524 of 536. The option that goes out is never more than the route's
// MTU allows (tcp_mss_clamp), whatever was set; article 000 asks whether it serves jumbo frames:
// only downwards.
#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

SCENARIO(MaxSegment, IsAnnouncedAndObeyed,
         .verdict =
             "TCP_MAXSEG 536 on the listener is the MSS of its SYN-ACK; neither side sends "
             "more than 524 bytes and the timestamps in a segment.",
         .source = "tcp(7), TCP_MAXSEG; RFC 9293 3.7.1; tcp_openreq_init, tcp_parse_options") {
  Socket listener = SocketWith(ServerHost(), "server", ReuseAddress{});
  if (Cause("TCP_MAXSEG")) {
    EXPECT_THAT(listener.Set(MaxSegment{536}), Returns(0));
  }
  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  Socket server = listener.Accept("server");

  const std::string bytes(1000, 'x');
  EXPECT_THAT(client.Send(bytes), Returns(1000));
  EXPECT_THAT(server.Recv(bytes.size(), MSG_WAITALL), Receives(bytes));
  EXPECT_THAT(server.Send(bytes), Returns(1000));
  EXPECT_THAT(client.Recv(bytes.size(), MSG_WAITALL), Receives(bytes));
  EXPECT_THAT(Wire(client).SentBy("client"), Shows(R"(
      client > server  S   0:0(0)
      client > server  .   1:1(0) ack 1
      client > server  .   1:525(524) ack 1
      client > server  P.  525:1001(476) ack 1
    ? client > server  .   1001:1001(0) ack 525
      client > server  .   1001:1001(0) ack 1001
  )"));
  EXPECT_THAT(Wire(client).SentBy("server"), Shows(R"(
      server > client  S.  0:0(0) ack 1 <mss 536,sackOK,TS,wscale>
    ? server > client  .   1:1(0) ack 525
    ? server > client  .   1:1(0) ack 1001
      server > client  .   1:525(524) ack 1001
      server > client  P.  525:1001(476) ack 1001
  )"));
}

SCENARIO(MaxSegment, AboveTheMtuChangesNothing,
         .verdict =
             "TCP_MAXSEG above what the MTU allows has no effect: the SYN-ACK's MSS stays "
             "the MTU's.",
         .source = "tcp(7), TCP_MAXSEG; tcp_mss_clamp, include/linux/tcp.h") {
  Socket listener = SocketWith(ServerHost(), "server", ReuseAddress{});
  const int segment = Cause("TCP_MAXSEG above the MTU") ? 32767 : 536;
  EXPECT_THAT(listener.Set(MaxSegment{segment}), Returns(0));
  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);

  // 1500 bytes without the headers of IP (20 or 40 bytes) and TCP (20).
  if (family() == IpFamily::kIpv4) {
    EXPECT_THAT(Wire(), Shows(R"(
        client > server  S   0:0(0) <mss 1460,sackOK,TS,wscale>
        server > client  S.  0:0(0) ack 1 <mss 1460,sackOK,TS,wscale>
        client > server  .   1:1(0) ack 1
        quiet 200ms
    )"));
  } else {
    EXPECT_THAT(Wire(), Shows(R"(
        client > server  S   0:0(0) <mss 1440,sackOK,TS,wscale>
        server > client  S.  0:0(0) ack 1 <mss 1440,sackOK,TS,wscale>
        client > server  .   1:1(0) ack 1
        quiet 200ms
    )"));
  }
}

SCENARIO(MaxSegment, OutOfRangeFailsWithEinval,
         .verdict =
             "TCP_MAXSEG below 88 or above 32767 bytes fails with EINVAL; what was set "
             "before stays.",
         .source = "tcp_sock_set_maxseg, net/ipv4/tcp.c: TCP_MIN_MSS, MAX_TCP_WINDOW") {
  Socket listener = SocketWith(ServerHost(), "server", ReuseAddress{}, MaxSegment{88});
  const int segment = Cause("less than 88 bytes") ? 87 : 536;
  ASSERT_THAT(listener.Set(MaxSegment{segment}), FailsWith(EINVAL));
  EXPECT_THAT(listener.Set(MaxSegment{32768}), FailsWith(EINVAL));
  EXPECT_THAT(listener.Set(MaxSegment{-1}), FailsWith(EINVAL));

  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1 <mss 88,sackOK,TS,wscale>
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

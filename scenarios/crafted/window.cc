// SPDX-License-Identifier: GPL-2.0-or-later
// A peer that takes back the window that it has offered, and one that does not keep to ours.
//
// A receiver should not shrink its window, and a sender must be ready for it (RFC 9293 3.8.6.2.1).
// Linux keeps what it has in flight beyond the new edge, but retransmits only what fits in front of
// it; with the window taken back to nothing its retransmissions become probes, one segment at
// the retransmission timer's pace. What comes in beyond our own window is dropped and answered
// with an ACK of what was expected.
#include <netinet/tcp.h>

#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

// Three segments in flight from a client that is connected to the crafted server, whose window is
// as wide as it can be.
Socket SendsThreeSegments(CraftedPeer& server, Host& host) {
  // A tail loss probe would send the last of them again before the story goes on.
  host.sysctls().Set("net.ipv4.tcp_early_retrans", 0);
  server.Listen("<mss 1000>");
  Socket client = ConnectedTo(server, host);
  EXPECT_THAT(client.Set(NoDelay{}), Succeeds());
  for (int i = 0; i < 3; ++i) EXPECT_THAT(client.Send(std::string(1000, 'x')), Returns(1000));
  server.Await("client > server P. 2001:3001(1000) ack 1");
  return client;
}

// The retransmission timeout once the first of them is acknowledged, which arms it anew.
Duration TimeoutOfTheRest(Socket& client) {
  return client
      .Await([](const SocketSnapshot& now) { return now.send_queue == 2000; }, "the first ACK")
      .rto;
}

// Whether the last packet of the wire came when that timer fired, which the packet before armed.
testing::AssertionResult WasRetransmitted(const std::vector<WirePacket>& wire, Duration rto) {
  return InTime("the retransmission", {rto}, wire.at(wire.size() - 2).time, wire.back().time);
}

SCENARIO(CraftedWindow, ShrunkOneHoldsBackRetransmissions,
         .verdict =
             "A peer may take back its window with data in flight: only what fits in front "
             "of the new edge is retransmitted, until it is opened again.",
         .source = "RFC 9293 3.8.6.2.1; __tcp_retransmit_skb() (net/ipv4/tcp_output.c)") {
  CraftedPeer server(ServerHost());
  Socket client = SendsThreeSegments(server, ClientHost());

  if (Cause("the peer takes back its window")) {
    server.Send("server > client . 1:1(0) ack 1001 win 500");
    const Duration rto = TimeoutOfTheRest(client);
    server.Await("client > server . 1001:1501(500) ack 1");
    EXPECT_TRUE(WasRetransmitted(Wire().Packets(), rto));
    server.Send("server > client . 1:1(0) ack 1501");
    server.Await("client > server P. 2001:3001(1000) ack 1");
  }
  server.Send("server > client . 1:1(0) ack 3001");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:1001(1000) ack 1
      client > server  P.  1001:2001(1000) ack 1
      client > server  P.  2001:3001(1000) ack 1
      server > client  .   1:1(0) ack 1001 win 500
      client > server  .   1001:1501(500) ack 1
      server > client  .   1:1(0) ack 1501
      client > server  P.  1501:2001(500) ack 1
      client > server  P.  2001:3001(1000) ack 1
      server > client  .   1:1(0) ack 3001
      quiet 200ms
  )"));
}

SCENARIO(CraftedWindow, TakenBackToNothingMakesProbesOfRetransmissions,
         .verdict =
             "With the window taken back to nothing what is in flight is retransmitted one "
             "segment at a time as a probe, and goes on when the window opens.",
         .source = "RFC 9293 3.8.6.1, 3.8.6.2.1; tcp_retransmit_timer() (net/ipv4/tcp_timer.c)") {
  CraftedPeer server(ServerHost());
  Socket client = SendsThreeSegments(server, ClientHost());

  Duration rto{};
  if (Cause("the peer takes back its window")) {
    server.Send("server > client . 1:1(0) ack 1001 win 0");
    rto = TimeoutOfTheRest(client);
    server.Await("client > server P. 1001:2001(1000) ack 1");
    EXPECT_TRUE(WasRetransmitted(Wire().Packets(), rto));
    EXPECT_EQ(client.Snapshot().timer, TimerKind::kOn);
    server.Send("server > client . 1:1(0) ack 1001 win 0");
    server.Await("client > server P. 1001:2001(1000) ack 1");
    server.Send("server > client . 1:1(0) ack 2001");
    server.Await("client > server P. 2001:3001(1000) ack 1");
  }
  server.Send("server > client . 1:1(0) ack 3001");
  EXPECT_THAT(Wire(), Shows(R"(
             handshake
             client > server  P.  1:1001(1000) ack 1
             client > server  P.  1001:2001(1000) ack 1
             client > server  P.  2001:3001(1000) ack 1
             server > client  .   1:1(0) ack 1001 win 0
             client > server  P.  1001:2001(1000) ack 1
             server > client  .   1:1(0) ack 1001 win 0
      +twice client > server  P.  1001:2001(1000) ack 1
             server > client  .   1:1(0) ack 2001
             client > server  P.  2001:3001(1000) ack 1
             server > client  .   1:1(0) ack 3001
             quiet 200ms
  )",
                            Bind("twice", 2 * rto)));
}

SCENARIO(
    CraftedWindow, DataBeyondItIsDropped,
    .verdict = "Data that begins beyond the receive window is dropped and answered with an ACK.",
    .source = "RFC 9293 3.10.7.4; tcp_sequence() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ConnectedTo(server, ClientHost());

  if (Cause("data beyond the window")) server.Send("server > client P. 70001:70011(10)");
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  70001:70011(10) ack 1
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(RecvNow(client), FailsWith(EAGAIN));
}

const Deviation kDropsBeyondWindow =
    Known({.since = {"6.17"},
           .reason = "a segment that ends beyond the window is dropped while data waits to be read",
           .source = "commits 9ca48d616ed7, 6c758062c64d (TcpExt BeyondWindow)"});

SCENARIO(CraftedWindow, DataThatEndsBeyondItIsDropped,
         .verdict =
             "Data that ends beyond the receive window was taken in whole if the buffer "
             "had room; since 6.17 it is dropped while other data waits to be read.",
         .source = "RFC 9293 3.8.6; tcp_sequence() (net/ipv4/tcp_input.c)") {
  CraftedPeer server(ServerHost());
  server.Listen();
  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.SetOption(IPPROTO_TCP, TCP_WINDOW_CLAMP, 1400, "TCP_WINDOW_CLAMP, 1400"),
              Succeeds());
  ASSERT_THAT(client.Connect(ServerHost()), Succeeds());
  server.Send("server > client P. 1:5(4)");
  server.Await("client > server . 1:1(0) ack 5");

  const bool dropped = Differs(kDropsBeyondWindow);
  if (Cause("data that ends beyond the window")) {
    server.Send("server > client P. 5:1445(1440)");
    if (!dropped) server.Await("client > server . 1:1(0) ack 1445");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  P.  1:5(4) ack 1
      client > server  .   1:1(0) ack 5
      server > client  P.  5:1445(1440) ack 1
      client > server  .   1:1(0) ack 5     *dropped
      client > server  .   1:1(0) ack 1445  *taken
      quiet 200ms
  )",
                            Bind("dropped", dropped ? 1 : 0), Bind("taken", dropped ? 0 : 1)));
  EXPECT_THAT(RecvNow(client), Returns(dropped ? 4 : 1444));
}

}  // namespace
}  // namespace halfopen

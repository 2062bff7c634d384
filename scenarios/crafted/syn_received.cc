// SPDX-License-Identifier: GPL-2.0-or-later
// What a listener makes of handshakes that no honest client goes on with: its requests in SYN-RECV,
// and segments for connections that it never had.
//
// A listener cannot know an old duplicate SYN from a new one; whom the SYN-ACK surprises answers it
// with a RST, and the request is gone again (RFC 9293 3.5, figure 8). A request is as careful as a
// connection: a RST counts at the right number only.
#include "scenarios/crafted/crafted.h"

namespace halfopen {
namespace {

// The request of the crafted client; CLOSE if there is none.
TcpState RequestOf(const CraftedPeer& client, Host& server) {
  const std::optional<SocketSnapshot> now = server.Diagnose(client.remote(), client.local());
  return now ? now->state : TcpState::kClose;
}

SCENARIO(CraftedSynReceived, OldDuplicateSynIsUndoneByAReset,
         .verdict =
             "An old duplicate SYN makes a request; the RST that its SYN-ACK draws returns "
             "the listener to LISTEN, and the real SYN is served.",
         .source = "RFC 9293 3.5, figure 8; tcp_check_req() (net/ipv4/tcp_minisocks.c)") {
  CraftedPeer client(ClientHost());
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  client.SpeakTo(ServerHost());

  if (Cause("an old duplicate SYN")) {
    client.Send("client > server S 0:0(0) <mss 1460>");
    client.Await("server > client S. 0:0(0) ack 1");
    EXPECT_EQ(RequestOf(client, ServerHost()), TcpState::kSynRecv);
    client.Send("client > server R 1:1(0)");
  }
  EXPECT_EQ(RequestOf(client, ServerHost()), TcpState::kClose);
  client.set_initial_sequence(90000);
  client.Connect(ServerHost());
  const Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds());
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1
      client > server  R   1:1(0)
      handshake
      quiet 200ms
  )"));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              Counted({{"Tcp.AttemptFails", 1}, {"TcpExt.EmbryonicRsts", 1}}));
}

SCENARIO(CraftedSynReceived, ResetInTheWindowIsChallenged,
         .verdict =
             "In SYN-RECV too a RST in the window, but not at rcv_nxt, draws a challenge "
             "ACK; the request stays.",
         .source = "RFC 5961 3.2; tcp_check_req() (net/ipv4/tcp_minisocks.c)",
         .outdated =
             "That any RST in the window ends a request (RFC 793) is not so on today's "
             "kernels.") {
  CraftedPeer client(ClientHost());
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  client.SpeakTo(ServerHost());
  client.Send("client > server S 0:0(0) <mss 1460>");
  client.Await("server > client S. 0:0(0) ack 1");

  if (Cause("a RST in the window, but not at rcv_nxt")) {
    client.Send("client > server R 101:101(0)");
    client.Await("server > client . 1:1(0) ack 1");
  }
  EXPECT_EQ(RequestOf(client, ServerHost()), TcpState::kSynRecv);
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), Counted({{"TcpExt.TCPChallengeACK", 1}}));
  client.Send("client > server . 1:1(0) ack 1");
  const Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds());
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1
      client > server  R   101:101(0)
      server > client  .   1:1(0) ack 1
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(CraftedSynReceived, WrongAckDrawsAResetAndTheRequestStays,
         .verdict =
             "An ACK of a number that the SYN-ACK did not have draws a RST; the request "
             "stays, and the right ACK still completes it.",
         .source = "RFC 9293 3.10.7.4; tcp_check_req() (net/ipv4/tcp_minisocks.c)") {
  CraftedPeer client(ClientHost());
  Socket listener = ServerHost().Listen();
  client.SpeakTo(ServerHost());
  client.Send("client > server S 0:0(0) <mss 1460>");
  client.Await("server > client S. 0:0(0) ack 1");

  if (Cause("an ACK of what was never sent")) {
    client.Send("client > server . 1:1(0) ack 101");
    client.Await("server > client R 101:101(0)");
  }
  EXPECT_EQ(RequestOf(client, ServerHost()), TcpState::kSynRecv);
  client.Send("client > server . 1:1(0) ack 1");
  const Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds());
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1
      client > server  .   1:1(0) ack 101
      server > client  R   101:101(0)
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(CraftedSynReceived, AckAtAListenerDrawsAReset,
         .verdict =
             "A segment of a connection that a listener does not know, data or ACK, draws "
             "a RST at the number that it acknowledges.",
         .source = "RFC 9293 3.10.7.2, figure 10; tcp_rcv_state_process() (LISTEN)") {
  CraftedPeer client(ClientHost());
  Socket listener = ServerHost().Listen();
  client.SpeakTo(ServerHost());

  if (Cause("data of a connection that the server has forgotten")) {
    client.Send("client > server P. 0:4(4) ack 1");
  }
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  P.  0:4(4) ack 1
      server > client  R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_EQ(RequestOf(client, ServerHost()), TcpState::kClose);
}

}  // namespace
}  // namespace halfopen

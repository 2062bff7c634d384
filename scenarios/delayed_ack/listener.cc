// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_QUICKACK = 0 on a listener: accepted connections inherit it, if it was set after listen().
//
// The new socket is a copy of the listener (inet_csk_clone_lock), interactive mode included, in
// which acknowledgments are delayed. listen() itself clears all that the socket knows of them
// (inet_csk_listen_start, inet_csk_delack_init): what is set between socket() and listen() is
// forgotten, so that a proxy sets it behind listen(). It does so to save packets; the article that
// reads its TCP_QUICKACK = 0 as "acknowledge at once" has it the wrong way round.
#include "scenarios/delayed_ack/delayed_ack.h"

namespace halfopen {
namespace {

// A connection from `client`, to the listener, that the server has accepted.
Socket AcceptFrom(Socket& client, Socket& listener) {
  EXPECT_THAT(client.Connect(listener.host()), Returns(0));
  return listener.Accept();
}

SCENARIO(QuickAck, OffAfterListenIsInherited,
         .verdict =
             "A connection accepted from a listener on which TCP_QUICKACK was set to 0 after "
             "listen() delays its first acknowledgment by 40 ms.",
         .source = "tcp(7) TCP_QUICKACK; inet_csk_clone_lock",
         .outdated =
             "A proxy's TCP_QUICKACK=0 does not make acknowledgments come at once: it delays "
             "the first one of each connection.") {
  Socket listener = ServerHost().Listen();
  const Counters before = CountersOf(ServerHost());
  if (Cause("the listener switches TCP_QUICKACK off")) listener.Set(QuickAck{false});
  Socket client = ClientHost().NewSocket();
  Socket server = AcceptFrom(client, listener);
  EXPECT_FALSE(IsQuick(server));

  SendAndAwaitAck(client, "ping");
  EXPECT_TRUE(AcknowledgedByTimer(Wire(), 5));
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 1);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(QuickAck, OffBeforeListenIsForgotten,
         .verdict =
             "TCP_QUICKACK=0 set before listen() has no effect: listen() clears it, and "
             "accepted connections acknowledge at once.",
         .source = "inet_csk_listen_start, inet_csk_delack_init",
         .outdated =
             "Proxies that set TCP_QUICKACK=0 between socket() and listen() get no delayed "
             "acknowledgments from it.") {
  Socket listener = ServerHost().NewSocket();
  const Counters before = CountersOf(ServerHost());
  listener.Bind(Socket::kDefaultPort);
  listener.Set(QuickAck{false});
  EXPECT_FALSE(IsQuick(listener));
  if (Cause("the server listens after that")) {
    listener.Listen(1);
  } else {
    listener.Listen(1);
    listener.Set(QuickAck{false});
  }
  Socket client = ClientHost().NewSocket();
  Socket server = AcceptFrom(client, listener);
  EXPECT_TRUE(IsQuick(server));

  SendAndAwaitAck(client, "ping");
  EXPECT_EQ(DelayedAcks(ServerHost(), before), 0);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

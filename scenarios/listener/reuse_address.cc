// SPDX-License-Identifier: GPL-2.0-or-later
// SO_REUSEADDR and a listener that lives: the option never lets two sockets listen on one port.
//
// Linux lets sockets that all have the option share an address and a port, as long as none of them
// listens (socket(7); sk_reuse in inet_bind_conflict, net/ipv4/inet_connection_sock.c). It asks
// twice: at bind(2), and again at listen(2), which may thus fail with EADDRINUSE as well. The
// wildcard address is in conflict with every specific one, in either order; BSD, of which much that
// is written about the option speaks, lets the two listen side by side.
#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

SCENARIO(ReuseAddress, DoesNotBindBesideALiveListener,
         .verdict =
             "SO_REUSEADDR on both does not help while the other listens: bind fails with "
             "EADDRINUSE, and works once it is closed.",
         .source = "socket(7), SO_REUSEADDR; inet_bind_conflict, inet_connection_sock.c") {
  Socket old = SocketWith(ServerHost(), "old", ReuseAddress{});
  EXPECT_THAT(old.Bind(kPort), Returns(0));
  if (Cause("the old process listens")) {
    EXPECT_THAT(old.Listen(128), Returns(0));
  }

  Socket next = SocketWith(ServerHost(), "next", ReuseAddress{});
  ASSERT_THAT(next.Bind(kPort), FailsWith(EADDRINUSE));
  const Connection served = ExpectServed(ClientHost(), old);
  old.Close();
  EXPECT_THAT(next.Bind(kPort), Returns(0));
  EXPECT_THAT(next.Listen(128), Returns(0));
  EXPECT_EQ(next.Snapshot().state, TcpState::kListen);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake client > old
      client > old     P.  1:5(4) ack 1
      old    > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(ReuseAddress, OfTwoBoundSocketsOnlyOneListens,
         .verdict =
             "Two sockets with SO_REUSEADDR bind the same port; the second one's listen "
             "fails with EADDRINUSE.",
         .source = "listen(2), EADDRINUSE; inet_csk_listen_start, inet_connection_sock.c") {
  Socket first = SocketWith(ServerHost(), "server", ReuseAddress{});
  Socket second = SocketWith(ServerHost(), "second", ReuseAddress{});
  EXPECT_THAT(first.Bind(kPort), Returns(0));
  EXPECT_THAT(second.Bind(kPort), Returns(0));

  if (Cause("the first listens")) {
    EXPECT_THAT(first.Listen(128), Returns(0));
  }
  ASSERT_THAT(second.Listen(128), FailsWith(EADDRINUSE));
  EXPECT_FALSE(Listens(second));
  // It is bound still.
  first.Close();
  EXPECT_THAT(second.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), second);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(ReuseAddress, WildcardAndSpecificAddressDoNotBothListen,
         .verdict =
             "A listener on the wildcard address and one on a specific address of the same "
             "port: EADDRINUSE, whichever came first, SO_REUSEADDR or not.",
         .source = "socket(7), SO_REUSEADDR; inet_rcv_saddr_equal, inet_connection_sock.c",
         .outdated =
             "That SO_REUSEADDR lets a wildcard and a specific address listen side by side "
             "is BSD's rule; on Linux that takes SO_REUSEPORT.") {
  constexpr std::uint16_t kOther = kPort + 1;
  Socket wildcard = SocketWith(ServerHost(), "server", ReuseAddress{});
  Socket specific = SocketWith(ServerHost(), "specific", ReuseAddress{});
  EXPECT_THAT(wildcard.Bind(Wildcard(family(), kPort)), Returns(0));
  EXPECT_THAT(specific.Bind(kOther), Returns(0));
  if (Cause("both listen")) {
    EXPECT_THAT(wildcard.Listen(128), Returns(0));
    EXPECT_THAT(specific.Listen(128), Returns(0));
  }

  ASSERT_THAT(SocketWith(ServerHost(), "next", ReuseAddress{}).Bind(kPort), FailsWith(EADDRINUSE));
  EXPECT_THAT(SocketWith(ServerHost(), "next", ReuseAddress{}).Bind(Wildcard(family(), kOther)),
              FailsWith(EADDRINUSE));
  Socket client = ConnectWaiting(ClientHost(), wildcard);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(ReuseAddress, WithoutItBindFailsBesideABoundSocket,
         .verdict =
             "Without SO_REUSEADDR a socket that is only bound keeps every other one off "
             "its port, wildcard or specific: EADDRINUSE at bind.",
         .source = "bind(2), EADDRINUSE; inet_csk_get_port, inet_connection_sock.c") {
  constexpr std::uint16_t kOther = kPort + 1;
  Socket wildcard = ServerHost().NewSocket("wildcard");
  Socket specific = ServerHost().NewSocket("specific");
  if (Cause("two sockets are bound")) {
    EXPECT_THAT(wildcard.Bind(Wildcard(family(), kPort)), Returns(0));
    EXPECT_THAT(specific.Bind(kOther), Returns(0));
  }

  ASSERT_THAT(SocketWith(ServerHost(), "next", ReuseAddress{}).Bind(kPort), FailsWith(EADDRINUSE));
  EXPECT_THAT(SocketWith(ServerHost(), "next", ReuseAddress{}).Bind(Wildcard(family(), kOther)),
              FailsWith(EADDRINUSE));
  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED));
  EXPECT_THAT(Wire(), Shows(R"(
      client   > wildcard S   0:0(0)
      wildcard > client   R.  0:0(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

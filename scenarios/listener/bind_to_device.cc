// SPDX-License-Identifier: GPL-2.0-or-later
// SO_BINDTODEVICE: a listener of one interface (socket(7)).
//
// A SYN that came in by another interface does not find the listener (compute_score,
// net/ipv4/inet_hashtables.c), even where the wildcard address is bound: the kernel answers RST, as
// if nobody listened. Sockets of different interfaces have nothing to do with one another, so two
// can listen on one address and port without any option (inet_bind_conflict).
#include <linux/capability.h>

#include "netns/credentials.h"
#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(BindToDevice, SynOfAnotherInterfaceIsRefused,
         .verdict =
             "A listener bound to lo does not see a SYN that comes in by veth0: the client "
             "gets ECONNREFUSED.",
         .source = "socket(7), SO_BINDTODEVICE; compute_score, net/ipv4/inet_hashtables.c") {
  Socket listener = ServerHost().NewSocket("server");
  if (Cause("SO_BINDTODEVICE lo")) {
    EXPECT_THAT(listener.Set(BindToDevice{"lo"}), Returns(0));
  }
  EXPECT_THAT(listener.Bind(Wildcard(family())), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  const Counters before = CountersOf(ServerHost());

  Socket client = ClientHost().NewSocket("client");
  ASSERT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());
  EXPECT_EQ(listener.Snapshot().receive_queue, 0U);
  EXPECT_THAT(CountersOf(ServerHost()).Since(before), Contains(Pair("Tcp.OutRsts", 1)));
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  R.  0:0(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(BindToDevice, ListenersOfTwoInterfacesShareAPort,
         .verdict =
             "Listeners bound to two interfaces share a port without SO_REUSEADDR, no "
             "EADDRINUSE; each gets what comes in by its own.",
         .source = "socket(7), SO_BINDTODEVICE; inet_bind_conflict, inet_connection_sock.c") {
  Socket other = ServerHost().NewSocket("server");
  if (Cause("SO_BINDTODEVICE lo")) {
    EXPECT_THAT(other.Set(BindToDevice{"lo"}), Returns(0));
  }
  EXPECT_THAT(other.Bind(Wildcard(family())), Returns(0));
  EXPECT_THAT(other.Listen(128), Returns(0));
  Socket own = SocketWith(ServerHost(), "own", BindToDevice{"veth0"});
  ASSERT_THAT(own.Bind(Wildcard(family())), Returns(0));
  EXPECT_THAT(own.Listen(128), Returns(0));

  Socket client = ConnectWaiting(ClientHost(), own);
  EXPECT_THAT(other.SetNonBlocking(), Returns(0));
  EXPECT_THAT(other.Accept().origin(), FailsWith(EAGAIN));
  // The accepted socket is bound to the interface too.
  Socket server = own.Accept("server");
  EXPECT_EQ(server.GetOption(SOL_SOCKET, SO_BINDTOIFINDEX, "SO_BINDTOIFINDEX"),
            own.GetOption(SOL_SOCKET, SO_BINDTOIFINDEX, "SO_BINDTOIFINDEX"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(BindToDevice, OnlyASecondInterfaceNeedsPrivilege,
         .verdict =
             "Without CAP_NET_RAW a socket can be bound to an interface once; to change it "
             "is EPERM, an unknown interface ENODEV.",
         .source = "commit c427bfec18f2 (Linux 5.7); sock_bindtoindex_locked, net/core/sock.c",
         .outdated =
             "SO_BINDTODEVICE is said to need CAP_NET_RAW; since Linux 5.7 the first one of a "
             "socket needs no privilege.") {
  const WithoutCapabilities ordinary({CAP_NET_RAW});
  Socket listener = ServerHost().NewSocket("server");
  EXPECT_THAT(listener.Set(BindToDevice{"veth9"}), FailsWith(ENODEV));
  if (Cause("it is bound to veth0")) {
    EXPECT_THAT(listener.Set(BindToDevice{"veth0"}), Returns(0));
  }
  ASSERT_THAT(listener.Set(BindToDevice{"lo"}), FailsWith(EPERM));

  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

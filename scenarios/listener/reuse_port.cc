// SPDX-License-Identifier: GPL-2.0-or-later
// SO_REUSEPORT (Linux 3.9): several listeners share a port, and the kernel deals the connections
// out to them by a hash of addresses and ports (socket(7); reuseport_select_sock,
// net/core/sock_reuseport.c).
//
// Each has an accept queue of its own, so a connection belongs to one process from its SYN on. All
// of them must have the option before they bind, the first as well, and belong to one user, so that
// nobody can take part of another's connections (inet_csk_bind_conflict).
#include "scenarios/listener/reuse_port.h"

#include <poll.h>

#include <algorithm>

#include "netns/credentials.h"

namespace halfopen::listener {
namespace {

using testing::Ge;
using testing::SizeIs;

SCENARIO(ReusePort, ListenersShareConnectionsByHash,
         .verdict =
             "Two listeners with SO_REUSEPORT both listen on one port; each gets its part of "
             "the connections, by a hash of addresses and ports.",
         .source = "socket(7), SO_REUSEPORT; reuseport_select_sock, net/core/sock_reuseport.c") {
  Socket first = ListenerWith(ServerHost(), "server", ReusePort{});
  Socket second = ServerHost().NewSocket("second");
  if (Cause("the second has SO_REUSEPORT")) second.Set(ReusePort{});
  ASSERT_THAT(second.Bind(kPort), Returns(0));
  EXPECT_THAT(second.Listen(128), Returns(0));

  std::vector<Socket> clients = ConnectUntilBothHaveOne(ClientHost(), first, second);
  const std::vector<Socket> of_first = AcceptAll(first);
  const std::vector<Socket> of_second = AcceptAll(second);
  EXPECT_THAT(of_first, SizeIs(Ge(1U)));
  EXPECT_THAT(of_second, SizeIs(Ge(1U)));
  EXPECT_EQ(of_first.size() + of_second.size(), clients.size());
  for (const Socket& client : clients) EXPECT_THAT(Wire(client), Shows("handshake"));
}

SCENARIO(ReusePort, MustBeSetOnTheFirstToo,
         .verdict =
             "The first listener has no SO_REUSEPORT: the second one's bind fails with "
             "EADDRINUSE, although it has it.",
         .source = "socket(7), SO_REUSEPORT; inet_csk_get_port, inet_connection_sock.c") {
  Socket first = ServerHost().NewSocket("server");
  if (!Cause("the first lacks SO_REUSEPORT")) first.Set(ReusePort{});
  EXPECT_THAT(first.Bind(kPort), Returns(0));
  EXPECT_THAT(first.Listen(128), Returns(0));

  ASSERT_THAT(SocketWith(ServerHost(), "second", ReusePort{}).Bind(kPort), FailsWith(EADDRINUSE));
  Socket client = ConnectWaiting(ClientHost(), first);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(ReusePort, AnotherUserCannotJoin,
         .verdict =
             "A process of another user cannot join the listeners of a port: its bind fails "
             "with EADDRINUSE, SO_REUSEPORT or not.",
         .source = "socket(7), SO_REUSEPORT; sk_uid in inet_csk_get_port") {
  constexpr uid_t kNobody = 65534;
  Socket first = ListenerWith(ServerHost(), "server", ReusePort{});
  const auto others = [&] {
    const AsUser other(kNobody);
    return ServerHost().NewSocket("other");
  };
  Socket second = Cause("the second is another user's") ? others() : ServerHost().NewSocket("own");
  EXPECT_THAT(second.Set(ReusePort{}), Returns(0));

  ASSERT_THAT(second.Bind(kPort), FailsWith(EADDRINUSE));
  Socket client = ConnectWaiting(ClientHost(), first);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(ReusePort, WildcardAndSpecificAddressBothListen,
         .verdict =
             "With SO_REUSEPORT a wildcard and a specific address listen side by side, and "
             "the specific one gets every connection to its address.",
         .source = "socket(7), SO_REUSEPORT; compute_score, net/ipv4/inet_hashtables.c") {
  Socket wildcard = SocketWith(ServerHost(), "server", ReusePort{});
  EXPECT_THAT(wildcard.Bind(Wildcard(family())), Returns(0));
  EXPECT_THAT(wildcard.Listen(128), Returns(0));
  Socket specific = ServerHost().NewSocket("specific");
  if (Cause("the second has SO_REUSEPORT")) specific.Set(ReusePort{});
  ASSERT_THAT(specific.Bind(kPort), Returns(0));
  EXPECT_THAT(specific.Listen(128), Returns(0));

  std::vector<Socket> clients;
  for (int more = 0; more < 4; ++more) {
    clients.push_back(ConnectWaiting(ClientHost(), wildcard));
  }
  const std::vector<Socket> of_specific = AcceptAll(specific);
  EXPECT_THAT(of_specific, SizeIs(clients.size()));
  EXPECT_THAT(AcceptAll(wildcard), SizeIs(0));
  for (const Socket& client : clients) EXPECT_THAT(Wire(client), Shows("handshake"));
}

}  // namespace
}  // namespace halfopen::listener

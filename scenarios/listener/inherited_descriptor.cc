// SPDX-License-Identifier: GPL-2.0-or-later
// A listener is handed over: a second descriptor of it (inherited over exec, or sent with
// SCM_RIGHTS; here dup(2)) names the same socket, with the same queue.
//
// Both processes accept from it, in whatever order they ask. The old one may close its descriptor
// at any time: the socket lives as long as one is open, so nobody is refused and nothing in the
// queue is lost, which is what makes it the gentlest way to restart. listen(2) again is no error
// and only sets the backlog (inet_listen, net/ipv4/af_inet.c), for both of them.
#include <fcntl.h>

#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

SCENARIO(InheritedListener, LosesNobodyWhenTheOldProcessCloses,
         .verdict =
             "The old process closes its descriptor of a shared listener: connections in "
             "the queue stay, new ones come, no ECONNREFUSED, no RST.",
         .source = "dup(2), close(2); inet_release, net/ipv4/af_inet.c") {
  Socket old = ListenerWith(ServerHost(), "server", ReuseAddress{});
  Socket inherited = Cause("the listener is inherited") ? old.Duplicate("inherited")
                                                        : ServerHost().NewSocket("own");
  Socket waiting = ConnectWaiting(ClientHost(), old, "waiting");
  old.Close();

  ASSERT_TRUE(Listens(inherited));
  EXPECT_EQ(inherited.Snapshot().receive_queue, 1U);
  Socket first = inherited.Accept("first");
  EXPECT_EQ(first.remote(), waiting.local());
  Socket later = ConnectWaiting(ClientHost(), inherited, "later");
  EXPECT_THAT(waiting.Send("ping"), Returns(4));
  EXPECT_THAT(first.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake waiting > server
      handshake later > server
      waiting > server   P.  1:5(4) ack 1
      server  > waiting  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(InheritedListener, BothAcceptFromOneQueue,
         .verdict =
             "Two processes with one listener accept from one queue: each connection goes to "
             "whoever asks first, the other gets EAGAIN.",
         .source = "accept(2); inet_csk_accept, net/ipv4/inet_connection_sock.c") {
  Socket old = ListenerWith(ServerHost(), "server", ReusePort{});
  Socket next = ServerHost().NewSocket("next");
  if (Cause("the listener is inherited")) {
    next = old.Duplicate("inherited");
  } else {
    next = ListenerWith(ServerHost(), "own", ReusePort{});
  }
  // One open file description has one set of flags: what one sets is the other's too (fcntl(2)).
  EXPECT_THAT(next.SetNonBlocking(), Returns(0));
  ASSERT_THAT(old.GetFlags(), Returns(O_RDWR | O_NONBLOCK));

  Socket first = ConnectWaiting(ClientHost(), old, "first");
  Socket second = ConnectWaiting(ClientHost(), old, "second");
  Socket of_next = next.Accept("server");
  Socket of_old = old.Accept("server");
  EXPECT_EQ(of_next.remote(), first.local());
  EXPECT_EQ(of_old.remote(), second.local());
  EXPECT_THAT(next.Accept().origin(), FailsWith(EAGAIN));
  EXPECT_THAT(old.Accept().origin(), FailsWith(EAGAIN));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake first > server
      handshake second > server
      quiet 200ms
  )"));
}

SCENARIO(InheritedListener, ListenAgainOnlySetsTheBacklog,
         .verdict =
             "listen on a descriptor that already listens is no error: it sets the backlog, "
             "for every process that has it, and keeps the queue.",
         .source = "listen(2); __inet_listen_sk, net/ipv4/af_inet.c",
         .outdated =
             "Proxies do not call listen() where SO_ACCEPTCONN is set; they could, and their own "
             "backlog would count.") {
  Socket old = ListenerWith(ServerHost(), "server", ReuseAddress{});
  Socket inherited = old.Duplicate("inherited");
  Socket client = ConnectWaiting(ClientHost(), old);
  EXPECT_TRUE(Listens(inherited));
  if (Cause("listen again")) {
    EXPECT_THAT(inherited.Listen(7), Returns(0));
  }

  const SocketSnapshot now = old.Snapshot();
  ASSERT_EQ(now.send_queue, 7U);
  EXPECT_EQ(now.receive_queue, 1U);
  Socket server = old.Accept("accepted");
  EXPECT_EQ(server.remote(), client.local());
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

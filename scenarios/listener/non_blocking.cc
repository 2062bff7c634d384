// SPDX-License-Identifier: GPL-2.0-or-later
// O_NONBLOCK on a listener, by fcntl(2) F_SETFL.
//
// F_SETFL writes all the flags that it may change (O_APPEND, O_ASYNC, O_DIRECT, O_NOATIME,
// O_NONBLOCK; fcntl(2)), so O_NONBLOCK alone clears the others. Article 000 asks whether that loses
// something: not on a new socket, which has none of them set, and the access mode cannot be
// changed. What has set O_ASYNC before must read the flags first. accept(2) passes none of them on,
// unlike BSD's: each accepted socket needs its own O_NONBLOCK, or accept4(2).
#include <fcntl.h>

#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

SCENARIO(NonBlocking, AcceptOfNothingFailsWithEagain,
         .verdict =
             "accept on a non-blocking listener without a connection fails with EAGAIN at "
             "once.",
         .source = "accept(2), EAGAIN; inet_csk_accept, net/ipv4/inet_connection_sock.c") {
  Socket listener = ListenerWith(ServerHost(), "server");
  EXPECT_THAT(listener.GetFlags(), Returns(O_RDWR));
  if (Cause("O_NONBLOCK")) listener.SetFlags(O_NONBLOCK, "O_NONBLOCK");
  ASSERT_THAT(listener.GetFlags(), Returns(O_RDWR | O_NONBLOCK));

  EXPECT_THAT(listener.Accept().origin(), FailsWith(EAGAIN).AtOnce());
  const Connection served = ExpectServed(ClientHost(), listener);
  EXPECT_THAT(listener.Accept().origin(), FailsWith(EAGAIN).AtOnce());
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

SCENARIO(NonBlocking, SetflOfItAloneClearsOtherFlags,
         .verdict =
             "F_SETFL with O_NONBLOCK alone clears O_APPEND and O_ASYNC, which were set "
             "before; the access mode stays.",
         .source = "fcntl(2), F_SETFL; setfl, fs/fcntl.c") {
  Socket listener = ListenerWith(ServerHost(), "server");
  EXPECT_THAT(listener.SetFlags(O_APPEND | O_ASYNC, "O_APPEND|O_ASYNC"), Returns(0));
  const int kept = Cause("the flags are not read first") ? 0 : O_APPEND | O_ASYNC;
  EXPECT_THAT(listener.SetFlags(kept | O_NONBLOCK, "O_NONBLOCK"), Returns(0));
  ASSERT_THAT(listener.GetFlags(), Returns(O_RDWR | O_NONBLOCK));

  // It still listens, and does not block.
  EXPECT_THAT(listener.Accept().origin(), FailsWith(EAGAIN));
  Socket client = ConnectWaiting(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(NonBlocking, AcceptedSocketsBlock,
         .verdict =
             "A socket accepted from a non-blocking listener blocks: recv waits for data "
             "and does not fail with EAGAIN.",
         .source = "accept(2), NOTES; do_accept, net/socket.c",
         .outdated = "That accepted sockets inherit O_NONBLOCK is BSD's rule, not Linux'.") {
  Socket listener = ListenerWith(ServerHost(), "server");
  EXPECT_THAT(listener.SetNonBlocking(), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  Socket server = listener.Accept("server");
  if (!Cause("the accepted socket's flags are left alone")) server.SetNonBlocking();

  EXPECT_THAT(server.GetFlags(), Returns(O_RDWR));
  PendingCall reading = server.StartRecv();
  EXPECT_FALSE(reading.Done());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(reading.Wait(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

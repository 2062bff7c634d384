// SPDX-License-Identifier: GPL-2.0-or-later
// Backlog overflow for a server that asked for more than net.core.somaxconn.
//
// listen(2) silently caps its backlog at the sysctl of the moment (__inet_listen_sk; 4096 since
// Linux 5.4, 128 before). Raising the sysctl afterwards changes no listener, but listen() again on
// the same socket does, and the client that was kept out gets in with its next SYN.
// The sysctl belongs to the network namespace, an ordinary user's too.
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

SCENARIO(BacklogOverflow, SomaxconnCapsTheBacklogUntilTheNextListen,
         .verdict =
             "net.core.somaxconn silently caps listen()'s backlog; raising it changes no listener "
             "until listen() is called again.",
         .source = "listen(2); __inet_listen_sk()",
         .outdated = "somaxconn is 4096 since Linux 5.4, and no longer 128.") {
  if (Cause("net.core.somaxconn is 1")) ServerHost().sysctls().Set("net.core.somaxconn", 1);
  Socket listener = ServerHost().Listen(100);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));

  Socket third = ClientHost().NewSocket("third");
  PendingCall connecting = third.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 1);
  ServerHost().sysctls().Set("net.core.somaxconn", 128);
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));
  EXPECT_THAT(listener.Listen(100), Returns(0));

  const auto interval = First(SynSchedule(), 1);
  EXPECT_THAT(connecting.Wait(), Returns(0).After(interval));
  EXPECT_THAT(Wire(third), Shows(R"(
                 third  > server  S   0:0(0)
      +interval  third  > server  S   0:0(0)
                 server > third   S.  0:0(0) ack 1
                 third  > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                                 Bind("interval", interval)));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(3, 100));
}

}  // namespace
}  // namespace halfopen::backlog

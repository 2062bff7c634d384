// SPDX-License-Identifier: GPL-2.0-or-later
// listen() again on a live listener, with another backlog.
//
// On a socket that listens already it only sets the new limit (__inet_listen_sk): no connection is
// lost, none of those that wait is dropped. A longer queue takes the next SYN of a client that was
// ignored; a shorter one may hold more than its limit, and ignores SYNs until accept() has brought
// it below. (somaxconn.cc has the cap of the sysctl.)
#include "scenarios/backlog/backlog.h"

namespace halfopen::backlog {
namespace {

// What a client shows whose first SYN was ignored.
constexpr char kSecondSynGetsIn[] = R"(
               third  > server  S   0:0(0)
    +interval  third  > server  S   0:0(0)
               server > third   S.  0:0(0) ack 1
               third  > server  .   1:1(0) ack 1
    quiet 200ms
)";

SCENARIO(ListenAgain, LongerBacklogLetsTheIgnoredClientIn,
         .verdict =
             "listen() again with a larger backlog grows the accept queue of a live listener: "
             "the next SYN of the client that was ignored gets in.",
         .source = "listen(2); __inet_listen_sk() (net/ipv4/af_inet.c)") {
  Socket listener = ServerHost().Listen(1);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> waiting;
  if (Cause("nobody accepts two clients")) waiting = Fill(ClientHost(), listener, 2);
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 1));
  Socket third = ClientHost().NewSocket("third");
  third.Set(SynCount{1});
  PendingCall connecting = third.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 1);

  if (Cause("a longer backlog")) {
    EXPECT_THAT(listener.Listen(2), Returns(0));
  }
  const auto interval = First(SynSchedule(), 1);
  EXPECT_THAT(connecting.Wait(), Returns(0).After(interval));
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(3, 2));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
  EXPECT_THAT(Wire(third), Shows(kSecondSynGetsIn, Bind("interval", interval)));
}

SCENARIO(ListenAgain, ShorterBacklogKeepsWhoWaitsAndIgnoresTheNext,
         .verdict =
             "listen() again with a smaller backlog drops nobody: the queue stays above its "
             "limit, and SYNs are ignored until enough is accepted.",
         .source = "listen(2); __inet_listen_sk(), sk_acceptq_is_full()") {
  Socket listener = ServerHost().Listen(10);
  const Counters before = CountersOf(ServerHost());
  std::vector<Socket> waiting = Fill(ClientHost(), listener, 2);
  if (Cause("a shorter backlog")) {
    EXPECT_THAT(listener.Listen(0), Returns(0));
  }
  ASSERT_THAT(listener.Snapshot(), AcceptQueueIs(2, 0));
  Socket third = ClientHost().NewSocket("third");
  PendingCall connecting = third.StartConnect(ServerHost());
  AwaitIgnored(listener, before, 1);

  Socket first = listener.Accept(), second = listener.Accept();
  EXPECT_EQ(first.remote(), waiting[0].local());
  EXPECT_EQ(second.remote(), waiting[1].local());
  const auto interval = First(SynSchedule(), 1);
  EXPECT_THAT(connecting.Wait(), Returns(0).After(interval));
  EXPECT_THAT(listener.Snapshot(), AcceptQueueIs(1, 0));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(1));
  EXPECT_THAT(Wire(third), Shows(kSecondSynGetsIn, Bind("interval", interval)));
}

}  // namespace
}  // namespace halfopen::backlog

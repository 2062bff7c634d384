// SPDX-License-Identifier: GPL-2.0-or-later
// The network heals while a client is connecting.
//
// Nobody tells the client: it learns of it when its timer sends the next SYN, up to an interval
// later. connect() then succeeds as if nothing had been (RFC 9293 3.8.1); the late connection is
// the only trace.
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(
    SynRetry, ConnectSucceedsOnTheNextSynOnceTheFaultIsLifted,
    .verdict =
        "When the network heals connect() succeeds with the next SYN, up to one interval later.",
    .source = "RFC 9293 3.8.1; RFC 6298 2.1") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  const auto schedule = SynSchedule();
  Fault dark = ServerHost().Drop(SynTo80());

  PendingCall connecting = client.StartConnect(ServerHost());
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);
  AwaitPackets([](const auto& packet) { return !packet.fault.empty(); }, 2, "SYNs dropped");
  if (Cause("the fault is lifted")) dark.Lift();

  EXPECT_THAT(connecting.Wait(), Returns(0).After({schedule[0], schedule[1]}));
  EXPECT_THAT(
      CountersOf(ClientHost()).Since(before),
      AllOf(Contains(Pair("TcpExt.TCPSynRetrans", 2)), Contains(Pair("TcpExt.TCPTimeouts", 2)),
            Not(Contains(Key("Tcp.AttemptFails")))));
  EXPECT_THAT(Wire(), Shows(R"(
               client >| server  S   0:0(0)
      +first   client >| server  S   0:0(0)
      +second  client >  server  S   0:0(0)
               server >  client  S.  0:0(0) ack 1
               client >  server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("first", schedule[0]), Bind("second", schedule[1])));
}

}  // namespace
}  // namespace halfopen

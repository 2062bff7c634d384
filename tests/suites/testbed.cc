// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios on a real testbed, for the tests of what happens around one.
#include <csignal>

#include "harness/scenario.h"
#include "tests/processes_named.h"

namespace halfopen {
namespace {

// Needs everything that the laboratory has: namespaces, link, taps, a fault and its log, inet_diag.
SCENARIO(Testbed, UsesEveryPart) {
  Fault dark = ServerHost().Drop(Input().ToPort(80));
  Socket client = ClientHost().NewSocket();
  client.SetNonBlocking();
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS));
  client.Await(TcpState::kSynSent);
  EXPECT_THAT(Wire(), Shows("client >| server S 0:0(0)"));
}

// Expects of this kernel what no kernel does.
SCENARIO(Testbed, DoesNotDeviate) {
  const Deviation deviation{
      .since = {"2.6"}, .reason = "refusals are a timeout", .source = "nowhere"};
  Socket client = ClientHost().NewSocket();
  if (Cause("nobody listens")) {
    EXPECT_THAT(client.Connect(ServerHost()),
                FailsWith(Differs(deviation) ? ETIMEDOUT : ECONNREFUSED));
  }
}

// Is not about this kernel, which --require does not change.
SCENARIO(Testbed, IsAboutOtherKernels) {
  OnlyWhere({.before = {"2.6"}, .reason = "there is no network namespace", .source = "nowhere"});
  ADD_FAILURE() << "the story goes on";
}

// Starts a program and forgets to say so, which a guest alone makes it sorry for.
SCENARIO(Testbed, StartsAProgramInSecret) {
  Program nc = ServerHost().Run({"nc", "-l", "80"});
  ServerHost().AwaitListener(80);
}

// Fails on the wire once: what Not() and AnyOf() are about holds.
SCENARIO(Testbed, DiffersOnTheWire) {
  const Counters before = CountersOf(ServerHost());
  Fault dark = ServerHost().Drop(Input().ToPort(80));
  Fault own = ServerHost().Drop(Output().ToPort(81));
  Socket client = ClientHost().NewSocket();
  client.SetNonBlocking();
  client.Connect(ServerHost());
  client.Await(TcpState::kSynSent);
  Socket other = ServerHost().NewSocket();
  other.SetNonBlocking();
  other.Connect(ClientHost(), 81);
  other.Await(TcpState::kSynSent);
  CountersOf(ServerHost()).Since(before);

  const WireView wire = Wire(client);
  const auto never = [] { return Shows("server > client R. 0:0(0) ack 1"); };
  EXPECT_THAT(wire, testing::Not(never()));
  EXPECT_THAT(wire, testing::AnyOf(never(), Shows("client >| server S 0:0(0)")));
  EXPECT_THAT(wire, Shows(R"(
      client >| server  S  0:0(0)
      +70s client >| server  S  0:0(0)
  )"));
}

// Loses its program to somebody else, fails of it and ends at once.
SCENARIO(Testbed, LosesItsProgram) {
  Program nc = ServerHost().Run({"nc.openbsd", "-nl", ServerHost().address().ToString(), "80"});
  nc.AwaitListener(80);
  Socket client = ClientHost().NewSocket();
  ASSERT_THAT(client.Connect(ServerHost()), Succeeds());
  kill(ProcessesNamed("nc.openbsd").at(0), SIGKILL);
  EXPECT_THAT(client.Recv(), Receives("never"));
}

// Dies in the middle: what it did so far has to be in its evidence.
SCENARIO(Testbed, DiesInTheMiddle) {
  Fault dark = ServerHost().Drop(Input().ToPort(80));
  Socket client = ClientHost().NewSocket();
  client.SetNonBlocking();
  client.Connect(ServerHost());
  EXPECT_THAT(Wire(), Shows("client >| server S 0:0(0)"));
  raise(SIGKILL);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// The SYN's retransmissions as netcat sees them, on both ends.
//
// The client's nc knows nothing but what its connect says, which does not block, and whose error it
// asks for when select() says that there is news: with the SYN-ACK dropped that is ETIMEDOUT after
// tcp_syn_retries' schedule. It reports a timeout and exits with 1, while the listening nc never
// hears of it: accept() is for connections that are complete. Once the fault is lifted, a second nc
// carries text across.
#include "scenarios/syn_retry/syn_retry.h"

#include "scenarios/program_calls.h"

namespace halfopen {
namespace {

const bool kUsesNetcat = UsesProgram("nc");  // whichever it is

SCENARIO(NetcatConnect, TimesOutAndThenGetsThrough,
         .verdict =
             "With its SYN-ACK dropped netcat reports a timeout and exits with 1; the listening "
             "one never hears of it.",
         .source = "connect(2), ETIMEDOUT; accept(2)") {
  const std::string address = ServerHost().address().ToString();
  // The server answers each SYN and forgets it a second later, so that no SYN-ACK is left to be
  // sent again when the fault is lifted.
  ServerHost().sysctls().Set("net.ipv4.tcp_synack_retries", 0);
  const auto schedule = SynSchedule();
  Program server = ServerHost().Run({"nc", "-n", "-l", "-k", address, "80"});
  ServerHost().AwaitListener();
  Fault deaf = ClientHost().Drop(SynAckFrom80());

  Program refused = ClientHost().Run({"nc", "-n", "-v", "-z", address, "80"});
  EXPECT_EQ(refused.Wait(), ExitStatus{.code = 1});
  const std::vector<Call> connects = refused.Calls("connect");
  ASSERT_THAT(connects, testing::ElementsAre(FailsWith(EINPROGRESS)));
  const Call so_error = AwaitSoError(refused);
  EXPECT_THAT(so_error, Says("[ETIMEDOUT]"));
  EXPECT_THAT(so_error, Returns(0).After(schedule).Since(connects.front().begin));
  EXPECT_EQ(refused.error_output(),
            "nc: connect to " + address + " port 80 (tcp) failed: Connection timed out\n");
  if (Cause("the fault is lifted")) deaf.Lift();

  Program client = ClientHost().Run({"nc", "-n", "-N", address, "80"});
  client.Input("hello\n");
  client.CloseInput();
  ASSERT_EQ(client.Wait(), ExitStatus{.code = 0});
  EXPECT_EQ(client.output() + client.error_output(), "");
  EXPECT_TRUE(server.AwaitOutput("hello\n"));
  EXPECT_EQ(server.output(), "hello\n");

  const Binding backoff = Backoff(schedule), more = More(schedule);
  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
                client > server   S   0:0(0)
      +backoff  client > server   S   0:0(0)  *more
      quiet last
                client > server   S   0:0(0)
                client > server   .   1:1(0) ack 1
                client > server   P.  1:7(6) ack 1
                client > server   F.  7:7(0) ack 1
                client > server   .   8:8(0) ack 2
      quiet 200ms
  )",
                                             backoff, more, Bind("last", schedule.back())));
  EXPECT_THAT(Wire().SentBy("server"), Shows(R"(
                server >| client  S.  0:0(0) ack 1
      +backoff  server >| client  S.  0:0(0) ack 1  *more
                server >  client  S.  0:0(0) ack 1
    ?           server >  client  .   1:1(0) ack 7
    ?           server >  client  .   1:1(0) ack 8
                server >  client  F.  1:1(0) ack 8
  )",
                                             backoff, more));
}

}  // namespace
}  // namespace halfopen

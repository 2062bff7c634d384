// SPDX-License-Identifier: GPL-2.0-or-later
// curl that gets no connection: refused, refused without knowing it, and out of patience.
//
// Its connect() does not block (EINPROGRESS); poll() says when there is news, and SO_ERROR which
// (connect(2)). A closed port answers with a RST: ECONNREFUSED, exit code 7. With the RST lost the
// SYN goes out until tcp_syn_retries are used up: ETIMEDOUT. --connect-timeout is curl's own clock:
// it closes the socket in SYN-SENT, whose timer ends with it, and no errno is to be seen. Since
// 7.86 curl words an error of connect() by its exit code and no longer by the errno.
#include <chrono>

#include "scenarios/curl/curl.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

SCENARIO(CurlConnect, ClosedPortIsExitCode7,
         .verdict =
             "curl to a closed port: connect() = -1 EINPROGRESS, SO_ERROR says ECONNREFUSED at "
             "once, exit code 7.",
         .source = "connect(2), EINPROGRESS; RFC 9293 3.10.7.1; curl(1), exit codes",
         .outdated =
             "curl said \"Connection refused\" up to 7.85; since 7.86 it words its own exit code, "
             "and the errno is in the trace alone.") {
  Socket listener = ServerHost().Listen();
  if (Cause("nobody listens")) listener.Close();
  Program curl = RunCurl(ClientHost(), ServerHost());

  const Call so_error = AwaitSoError(curl);
  ASSERT_THAT(so_error, Says("SO_ERROR, [ECONNREFUSED]"));
  const std::vector<Call> connects = curl.Calls("connect");
  ASSERT_THAT(connects, ElementsAre(FailsWith(EINPROGRESS)));
  EXPECT_THAT(so_error, Returns(0).AtOnce().Since(connects.front().begin));
  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 7});
  EXPECT_THAT(curl.error_output(), StartsWith("curl: (7) Failed to connect to "));

  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  R.  0:0(0) ack 1
      quiet 200ms
  )"));
}

SCENARIO(CurlConnect, LostRefusalLooksLikeADeadHost,
         .verdict =
             "curl to a closed port whose RST is lost waits for all of tcp_syn_retries: SO_ERROR "
             "says ETIMEDOUT, exit code 28.",
         .source = "RFC 9293 3.10.7.1; tcp_write_timeout(); curl(1), exit codes",
         .outdated =
             "An article has exit code 7 and \"Connection timed out\"; today's curl turns "
             "ETIMEDOUT into exit code 28, that of its own time-outs.") {
  const auto schedule = SynSchedule();
  Fault deaf = ClientHost().Drop(Input().FromPort(80).TcpFlags(kRst, kRst));
  Program curl = RunCurl(ClientHost(), ServerHost());

  const Call so_error = AwaitSoError(curl);
  ASSERT_THAT(so_error, Says("SO_ERROR, [ETIMEDOUT]"));
  const std::vector<Call> connects = curl.Calls("connect");
  ASSERT_THAT(connects, ElementsAre(FailsWith(EINPROGRESS)));
  EXPECT_THAT(so_error, Returns(0).After(schedule).Since(connects.front().begin));
  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 28});
  EXPECT_THAT(curl.error_output(), StartsWith("curl: (28) Failed to connect to "));

  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
                client > server   S   0:0(0)
      +backoff  client > server   S   0:0(0)  *more
      quiet 200ms
  )",
                                             Bind("backoff", WithoutLast(schedule)),
                                             Bind("more", static_cast<int>(schedule.size()) - 1)));
}

SCENARIO(CurlConnect, ConnectTimeoutIsCurlsOwnClock,
         .verdict =
             "--connect-timeout is curl's own clock: it closes the socket in SYN-SENT with nothing "
             "more on the wire, no call fails with ETIMEDOUT, exit code 28.",
         .source = "curl(1), --connect-timeout; tcp_close()") {
  const std::chrono::milliseconds patience(500);  // less than the first SYN's timer
  Fault dark = ServerHost().Drop(Input().ToPort(80));
  const TimePoint started = Clock::now();
  Program curl = RunCurl(ClientHost(), ServerHost(), {"--connect-timeout", "0.5"});

  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 28});
  EXPECT_GE(UntilItCloses(curl, started), patience);
  EXPECT_THAT(curl.error_output(), StartsWith("curl: (28) "));
  EXPECT_THAT(curl.Calls("connect"), ElementsAre(FailsWith(EINPROGRESS)));
  EXPECT_THAT(curl.Calls("poll"), AllOf(Not(IsEmpty()), Each(Returns(0))));
  EXPECT_THAT(curl.Calls("getsockopt"), Not(Contains(Says("ETIMEDOUT"))));
  EXPECT_THAT(ClientHost().DiagnoseAll(), IsEmpty());

  EXPECT_THAT(Wire(), Shows(R"(
      client >| server  S   0:0(0)
      quiet 1200ms
  )"));
}

}  // namespace
}  // namespace halfopen

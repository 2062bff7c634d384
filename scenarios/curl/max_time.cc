// SPDX-License-Identifier: GPL-2.0-or-later
// curl --max-time against a server that is slow, and alive.
//
// The time is curl's own: TCP has nothing to complain of, and nobody sees an errno. curl has read
// all that came, so that its close() sends a FIN and no RST (RFC 2525 2.17). To the server that is
// a client that says no more, and may still read: it learns better by the RST that its next write
// brings, and fails with EPIPE in the one after (it was in CLOSE-WAIT).
#include <chrono>

#include "scenarios/curl/curl.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

SCENARIO(CurlMaxTime, GivesUpALivingConnection,
         .verdict =
             "curl --max-time gives up by its own clock (exit code 28), with a FIN; the server's "
             "next write succeeds and brings a RST, the one after fails with EPIPE.",
         .source = "curl(1), --max-time; RFC 9293 3.6, 3.10.7.4") {
  const std::chrono::seconds patience(2);
  const TimePoint started = Clock::now();
  auto [curl, server] = StartDownload(ClientHost(), ServerHost(), {"--max-time", "2"});
  if (!Cause("the server stays silent")) server.Send(kOtherHalf);

  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 28});
  EXPECT_GE(UntilItCloses(curl, started), patience);
  EXPECT_EQ(curl.output(), "hello");
  EXPECT_THAT(curl.error_output(), StartsWith("curl: (28) Operation timed out after 2"));
  EXPECT_THAT(curl.error_output(), HasSubstr("5 out of 10 bytes received"));
  EXPECT_THAT(curl.Calls("recvfrom"), AllOf(Not(IsEmpty()), Each(Succeeds())));

  server.Await(TcpState::kCloseWait);
  EXPECT_THAT(server.Send(kOtherHalf), Returns(5));
  server.Await(TcpState::kClose);
  EXPECT_THAT(server.Send(kOtherHalf), FailsWith(EPIPE));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:33(32) ack 1
    ? server > client  .   1:1(0) ack 33
      server > client  P.  1:45(44) ack 33
      client > server  .   33:33(0) ack 45
      client > server  F.  33:33(0) ack 45
    ? server > client  .   45:45(0) ack 34
      server > client  P.  45:50(5) ack 34
      client > server  R   34:34(0)
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// `listen … deferred`: nginx sets TCP_DEFER_ACCEPT to a second.
//
// The kernel passes over the ACK that ends the handshake and waits for data, so that a worker wakes
// up for a client that has asked for something (tcp(7); tcp_check_req). The client knows nothing of
// it: it is ESTABLISHED, the server in SYN-RECV. nginx in turn reads at once after accept4(),
// before it asks epoll. A client that says nothing is not refused and not forgotten: after the
// second the SYN-ACK goes out again, its ACK is taken without data, and nginx has a connection that
// it finds nothing in.
#include "scenarios/backlog/defer_accept.h"
#include "scenarios/nginx/nginx.h"

namespace halfopen::nginx {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

SCENARIO(NginxDeferred, WorkerSleepsUntilTheRequestComes,
         .verdict =
             "`listen … deferred`: a connected client that has sent nothing stays in SYN-RECV on "
             "the server, and nginx's worker sleeps; the request makes the connection.",
         .source = "ngx_http_core_module, listen; tcp(7), TCP_DEFER_ACCEPT; tcp_check_req()") {
  const bool deferred = Cause("deferred");
  Program nginx = RunNginx(ServerHost(), deferred ? "deferred" : "");
  AwaitWorker(nginx);
  Socket client = ClientHost().NewSocket();
  ASSERT_THAT(ConnectDeferred(ServerHost(), client), IsDeferred());
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(nginx.Calls("accept4"), IsEmpty());

  ExpectAnswer(client);
  EXPECT_THAT(Wire().Until(Clock::now()).SentBy("client"), Shows(R"(
      client > server  S   0:0(0)
      client > server  .   1:1(0) ack 1
      client > server  P.  1:19(18) ack 1
    ? client > server  .   19:19(0)
  )"));
  Stop(nginx);
  EXPECT_THAT(
      nginx.Calls("setsockopt"),
      Contains(testing::Field(&Call::arguments, HasSubstr("SOL_TCP, TCP_DEFER_ACCEPT, [1]"))));
  EXPECT_THAT(nginx.Calls("recvfrom"), testing::ElementsAre(Receives(kRequest)));
}

SCENARIO(NginxDeferred, SilentClientIsAcceptedASecondLater,
         .verdict =
             "`listen … deferred` does not turn a silent client away: it is accepted when the "
             "SYN-ACK has gone out again, a second later, and recv() fails with EAGAIN.",
         .source = "tcp(7), TCP_DEFER_ACCEPT; reqsk_timer_handler(), tcp_check_req()",
         .outdated =
             "Deferred listeners were said to keep idle connections out; since Linux 2.6.32 they "
             "are accepted once the time is over.") {
  const bool deferred = Cause("deferred");
  Program nginx = RunNginx(ServerHost(), deferred ? "deferred" : "");
  AwaitWorker(nginx);
  Socket client = ClientHost().NewSocket();
  ASSERT_THAT(ConnectDeferred(ServerHost(), client), IsDeferred());

  const Call accepted = nginx.AwaitCall("accept4");
  EXPECT_THAT(accepted, Succeeds());
  EXPECT_THAT(nginx.AwaitCall("recvfrom"), FailsWith(EAGAIN));
  EXPECT_THAT(Wire(), Shows(R"(
                 client > server  S   0:0(0)
                 server > client  S.  0:0(0) ack 1
                 client > server  .   1:1(0) ack 1
      +interval  server > client  S.  0:0(0) ack 1
                 client > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                            Bind("interval", SynAckIntervals(1)[0])));
}

}  // namespace
}  // namespace halfopen::nginx

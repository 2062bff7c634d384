// SPDX-License-Identifier: GPL-2.0-or-later
// Clients give up while they wait for nginx's worker, which is stopped, as one that is swapped out
// or blocked on a disk is.
//
// The accept queue keeps a connection whatever becomes of it, and accept4() returns it without an
// error (tcp_reset and tcp_fin leave a queued connection where it is). So nginx works for clients
// that have long gone. After a FIN it cannot know: the client may have closed one direction only
// (RFC 9293 3.6), so it answers, the kernel takes the answer, and the RST that says otherwise comes
// when the request is done. After a RST the request can still be read, and writing fails with
// ECONNRESET. In both cases the access log says 200.
#include "scenarios/nginx/nginx.h"

namespace halfopen::nginx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A client that is in the accept queue of a stopped worker.
struct Stopped {
  Program nginx;
  int worker;
  Socket client;
};

Stopped WaitForAStoppedWorker(Host& server, Host& clients) {
  Program nginx = RunNginx(server, "");
  const int worker = AwaitWorker(nginx);
  SignalWorker(worker, SIGSTOP);
  Socket client = ConnectTo(server, clients, "client");
  return {std::move(nginx), worker, client};
}

SCENARIO(NginxGoneClient, ClosedClientIsAnsweredAndLoggedAs200,
         .verdict =
             "A client that closes while it waits for a worker is accepted and answered: writev() "
             "succeeds, the client's kernel answers RST, and the access log says 200.",
         .source = "RFC 9293 3.6, 3.10.4; accept(2); tcp_rcv_state_process()") {
  auto [nginx, worker, client] = WaitForAStoppedWorker(ServerHost(), ClientHost());
  EXPECT_THAT(client.Send(kRequest), Returns(18));
  if (Cause("the client gives up")) client.Close();
  SignalWorker(worker, SIGCONT);

  EXPECT_THAT(nginx.AwaitCall("recvfrom"), Receives(kRequest));
  EXPECT_THAT(nginx.AwaitCall("writev"), Succeeds());
  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
      client > server  S   0:0(0)
      client > server  .   1:1(0) ack 1
      client > server  P.  1:19(18) ack 1
      client > server  F.  19:19(0) ack 1
      client > server  R   20:20(0)
      quiet 200ms
  )"));
  Stop(nginx);
  EXPECT_EQ(nginx.output(), "200 GET / HTTP/1.0\n");
}

SCENARIO(NginxGoneClient, ResetClientsRequestIsServedAndTheAnswerFails,
         .verdict =
             "A client that resets while it waits for a worker is accepted, its request is read, "
             "and writev() fails with ECONNRESET; the access log says 200.",
         .source = "accept(2); tcp_reset(), tcp_recvmsg_locked()",
         .outdated =
             "accept(2) lists ECONNABORTED for this; Linux returns the dead connection without an "
             "error, and what the client had sent.") {
  auto [nginx, worker, client] = WaitForAStoppedWorker(ServerHost(), ClientHost());
  EXPECT_THAT(client.Send(kRequest), Returns(18));
  if (Cause("the client resets the connection")) client.Set(Linger{});
  client.Close();
  SignalWorker(worker, SIGCONT);

  EXPECT_THAT(nginx.AwaitCall("recvfrom"), Receives(kRequest));
  ASSERT_THAT(nginx.AwaitCall("writev"), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:19(18) ack 1
      server > client  .   1:1(0) ack 19
      client > server  R.  19:19(0) ack 1
      quiet 200ms
  )"));
  Stop(nginx);
  EXPECT_THAT(nginx.Calls("accept4"), ElementsAre(Succeeds(), FailsWith(EAGAIN)));
  EXPECT_EQ(nginx.output(), "200 GET / HTTP/1.0\n");
  EXPECT_THAT(nginx.error_output(), HasSubstr("writev() failed (104: Connection reset by peer)"));
}

SCENARIO(NginxGoneClient, SilentClientsResetIsReadAfterAccept,
         .verdict =
             "A client that resets before it has sent anything is accepted too: recv() fails with "
             "ECONNRESET, and the access log has no line of it.",
         .source = "accept(2); tcp_reset()") {
  auto [nginx, worker, client] = WaitForAStoppedWorker(ServerHost(), ClientHost());
  if (Cause("the client resets the connection")) client.Set(Linger{});
  client.Close();
  SignalWorker(worker, SIGCONT);

  ASSERT_THAT(nginx.AwaitCall("recvfrom"), FailsWith(ECONNRESET));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  R.  1:1(0) ack 1
      quiet 200ms
  )"));
  Stop(nginx);
  EXPECT_THAT(nginx.Calls("accept4"), ElementsAre(Succeeds(), FailsWith(EAGAIN)));
  EXPECT_EQ(nginx.output(), "");
  EXPECT_THAT(nginx.error_output(), HasSubstr("recv() failed (104: Connection reset by peer)"));
}

}  // namespace
}  // namespace halfopen::nginx

// SPDX-License-Identifier: GPL-2.0-or-later
// nginx's worker dies, or is replaced, while clients wait in the accept queue.
//
// The queue belongs to the listening socket, and that to whoever has a descriptor of it: the master
// does, and forks the next worker with it (inherited at fork(2); no listen() again). So nobody in
// the queue is lost. What the dead worker had accepted was its own: the kernel closes it, with a
// FIN if all that came was read (RFC 9293 3.6), and the client reads the end of the stream instead
// of an answer.
#include "scenarios/nginx/nginx.h"

namespace halfopen::nginx {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Ends a process that does not handle it, before it runs again. strace gives up where SIGKILL hits
// a process that it sees stopping (ptrace(2), PTRACE_LISTEN fails with EIO).
constexpr int kDeadly = SIGPROF;

SCENARIO(NginxWorker, KilledWorkerLosesItsConnectionsAndNotTheQueue,
         .verdict =
             "A signal that kills nginx's worker ends the connections that it had accepted with a "
             "FIN; those in the accept queue are answered by the next worker.",
         .source = "ngx_reap_children(); fork(2); inet_csk_accept()") {
  Program nginx = RunNginx(ServerHost(), "");
  const int worker = AwaitWorker(nginx);
  Socket served = ConnectTo(ServerHost(), ClientHost(), "served");
  EXPECT_THAT(nginx.AwaitCall("accept4"), Succeeds());
  // While it asks for more (multi_accept), a worker that is being stopped may still be given some.
  nginx.AwaitCall("accept4", testing::Matches(FailsWith(EAGAIN)));
  SignalWorker(worker, SIGSTOP);
  Socket waiting = ConnectTo(ServerHost(), ClientHost(), "waiting");
  EXPECT_THAT(waiting.Send(kRequest), Returns(18));
  if (Cause("the worker is killed")) SignalWorker(worker, kDeadly);
  SignalWorker(worker, SIGCONT);
  EXPECT_THAT(waiting.Recv().data, StartsWith("HTTP/1.1 200 OK\r\n"));
  ASSERT_THAT(served.Recv(Socket::kReceiveSize, MSG_DONTWAIT), EndsStream());
  EXPECT_EQ(served.Snapshot().state, TcpState::kCloseWait);
  AwaitFinAcknowledged(ServerHost(), served);
  EXPECT_THAT(Wire(served), Shows(R"(
      handshake served > server
      server > served  F.  1:1(0) ack 1
      served > server  .   1:1(0) ack 2
      quiet 200ms
  )"));
  Stop(nginx);
  EXPECT_THAT(nginx.error_output(), HasSubstr(fmt::format("exited on signal {}", kDeadly)));
}

SCENARIO(NginxWorker, ReloadAnswersTheQueueAndTheOldConnections,
         .verdict =
             "nginx -s reload while a worker hangs: the new worker answers who waits in the accept "
             "queue, the old one whom it had accepted, once it goes on.",
         .source = "nginx(8), HUP; ngx_http_core_module, listen") {
  Program nginx = RunNginx(ServerHost(), "");
  const int worker = AwaitWorker(nginx);
  Socket served = ConnectTo(ServerHost(), ClientHost(), "served");
  EXPECT_THAT(served.Send("GET / HTTP/1.0\r\n"), Returns(16));
  nginx.AwaitCall("recvfrom", [](const Call& call) { return call.result == 16; });
  SignalWorker(worker, SIGSTOP);
  Socket waiting = ConnectTo(ServerHost(), ClientHost(), "waiting");
  EXPECT_THAT(waiting.Send(kRequest), Returns(18));
  if (Cause("nginx is reloaded")) {
    nginx.Signal(SIGHUP);
  } else {
    SignalWorker(worker, SIGCONT);
  }
  EXPECT_THAT(waiting.Recv().data, StartsWith("HTTP/1.1 200 OK\r\n"));
  ASSERT_NE(nginx.AwaitCall("writev").thread, worker);

  SignalWorker(worker, SIGCONT);
  EXPECT_THAT(served.Send("\r\n"), Returns(2));
  EXPECT_THAT(served.Recv().data, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(served.Recv(), EndsStream());
  AwaitFinAcknowledged(ServerHost(), served);
  EXPECT_THAT(Wire(served).SentBy("served"), Shows(R"(
      served > server  S   0:0(0)
      served > server  .   1:1(0) ack 1
      served > server  P.  1:17(16) ack 1
      served > server  P.  17:19(2) ack 1
    ? served > server  .   19:19(0)
    ? served > server  .   19:19(0)
      quiet 200ms
  )"));
  Stop(nginx);
}

}  // namespace
}  // namespace halfopen::nginx

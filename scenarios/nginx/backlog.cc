// SPDX-License-Identifier: GPL-2.0-or-later
// nginx does not come to accept: its worker is stopped, as one that is swapped out or blocked on a
// disk is.
//
// The kernel goes on with the handshakes as long as the accept queue has room: for `backlog` and
// one more (sk_acceptq_is_full; article 002). Clients are connected and may send, and nobody reads.
// The next SYN is ignored, and counted as ListenOverflows and ListenDrops each time that it comes;
// socket diagnostics show a Recv-Q above the Send-Q. Once the worker goes on it accepts all that
// wait, until EAGAIN, and who was kept out gets in with its next SYN. nginx itself never learns of
// an overflow, and logs nothing.
#include "scenarios/nginx/nginx.h"

namespace halfopen::nginx {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

SCENARIO(NginxBacklog, SynIsIgnoredWhileTheWorkerIsStopped,
         .verdict =
             "`listen … backlog=1` and a worker that hangs: two clients connect, the SYN of the "
             "third is ignored; connect() succeeds late, once the worker goes on.",
         .source = "ngx_http_core_module, listen; listen(2); tcp_conn_request()",
         .outdated =
             "ListenOverflows were last ACKs of handshakes: since Linux 4.10 a full accept queue "
             "ignores the SYN already, and no client beyond it seems connected.") {
  Program nginx = RunNginx(ServerHost(), "backlog=1");
  const int worker = AwaitWorker(nginx);
  const Counters before = CountersOf(ServerHost());
  if (Cause("the worker is stopped")) SignalWorker(worker, SIGSTOP);
  Socket first = ConnectTo(ServerHost(), ClientHost(), "first");
  Socket second = ConnectTo(ServerHost(), ClientHost(), "second");
  ASSERT_THAT(Queue(ServerHost()), AcceptQueueIs(2, 1));

  Socket third = ClientHost().NewSocket("third");
  PendingCall connecting = third.StartConnect(ServerHost());
  AwaitIgnored(ServerHost(), third, before, 2);
  ASSERT_THAT(Queue(ServerHost()), AcceptQueueIs(2, 1));
  SignalWorker(worker, SIGCONT);

  const auto intervals = First(SynSchedule(), 2);
  EXPECT_THAT(connecting.Wait(), Returns(0));
  EXPECT_THAT(Wire(third), Shows(R"(
                  third  > server  S   0:0(0)
      +intervals  third  > server  S   0:0(0)  *2
                  server > third   S.  0:0(0) ack 1
                  third  > server  .   1:1(0) ack 1
      quiet 200ms
  )",
                                 Bind("intervals", intervals)));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(2));
  for (Socket* client : {&first, &second, &third}) ExpectAnswer(*client);
  Stop(nginx);
  EXPECT_THAT(nginx.Calls("accept4"), ElementsAre(Succeeds(), Succeeds(), FailsWith(EAGAIN),
                                                  Succeeds(), FailsWith(EAGAIN)));
}

SCENARIO(NginxBacklog, SomaxconnTakesTheRoomThatNginxAskedFor,
         .verdict =
             "nginx asks for a backlog of 511; net.core.somaxconn cuts it without a word, and "
             "clients beyond it get ETIMEDOUT from connect().",
         .source = "ngx_http_core_module, listen; listen(2); __inet_listen_sk()",
         .outdated =
             "Raising somaxconn alone does nothing for nginx: since Linux 5.4 it is 4096, and what "
             "limits nginx is its own default of 511.") {
  if (Cause("net.core.somaxconn is 1")) ServerHost().sysctls().Set("net.core.somaxconn", 1);
  Program nginx = RunNginx(ServerHost(), "");
  const int worker = AwaitWorker(nginx);
  const Counters before = CountersOf(ServerHost());
  if (Cause("the worker is stopped")) SignalWorker(worker, SIGSTOP);
  Socket first = ConnectTo(ServerHost(), ClientHost(), "first");
  Socket second = ConnectTo(ServerHost(), ClientHost(), "second");
  ASSERT_THAT(Queue(ServerHost()), AcceptQueueIs(2, 1));

  Socket third = ClientHost().NewSocket("third");
  third.Set(SynCount{1});
  const auto intervals = SynSchedule(1);
  EXPECT_THAT(third.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(intervals));
  const int again = static_cast<int>(intervals.size()) - 1;
  EXPECT_THAT(Wire(third), Shows(R"(
                  third > server  S  0:0(0)
      +intervals  third > server  S  0:0(0)  *again
      quiet 200ms
  )",
                                 Bind("intervals", WithoutLast(intervals)), Bind("again", again)));
  EXPECT_THAT(Counted(ServerHost(), before), Ignored(again + 1));
  SignalWorker(worker, SIGCONT);
  for (Socket* client : {&first, &second}) ExpectAnswer(*client);
  Stop(nginx);
  EXPECT_THAT(nginx.Calls("listen").front().arguments, HasSubstr(", 511"));
  EXPECT_THAT(nginx.error_output(), AllOf(HasSubstr("notice"), Not(HasSubstr("backlog"))));
}

}  // namespace
}  // namespace halfopen::nginx

// SPDX-License-Identifier: GPL-2.0-or-later
// nginx's client vanishes: what nginx learns of it, and when.
//
// Between requests only keepalive tells (`listen … so_keepalive=idle:interval:count`, which sets
// SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT on the listener; accepted sockets
// inherit them): EPOLLERR, and recv() fails with ETIMEDOUT. In the middle of an answer nginx's own
// send_timeout is sooner than the kernel. What it closes then is an orphan in FIN-WAIT-1: the
// kernel holds the unsent rest of the answer and retransmits it to nobody. With
// reset_timedout_connection nginx sets SO_LINGER {1, 0} first: a RST, and nothing is left
// (socket(7)).
#include "scenarios/nginx/nginx.h"
#include "scenarios/program_timeout.h"

namespace halfopen::nginx {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Matches;
using testing::Not;
using testing::Truly;

SCENARIO(NginxVanishedClient, KeepaliveEndsAnIdleConnectionWithEtimedout,
         .verdict =
             "`listen … so_keepalive=…`: the client of an idle connection vanishes, and after the "
             "last probe nginx's recv() fails with ETIMEDOUT.",
         .source = "ngx_http_core_module, listen; tcp(7), TCP_KEEPIDLE; tcp_keepalive_timer()",
         .outdated =
             "Without so_keepalive nginx never probes, whatever the sysctls say: "
             "tcp_keepalive_time is for sockets with SO_KEEPALIVE.") {
  const Keepalive ka = Times().keepalive;
  Program nginx = RunNginx(
      ServerHost(),
      fmt::format("so_keepalive={}s:{}s:{}", ka.idle.count(), ka.interval.count(), ka.probes),
      "keepalive_timeout 24h;");
  AwaitWorker(nginx);
  Socket client = ConnectTo(ServerHost(), ClientHost(), "client");
  EXPECT_THAT(client.Send("GET / HTTP/1.1\r\nHost: server\r\n\r\n"), Succeeds());
  EXPECT_THAT(client.Recv().data, HasSubstr("200 OK"));
  (void)Wire().Packets();  // the ACK of the answer has crossed
  const TimePoint vanished = Clock::now();
  Fault dark = ClientHost().Drop(Input().To(ClientHost().address()));

  AwaitPackets(
      [vanished](const WirePacket& packet) {
        return packet.time > vanished && (IsReset(packet) || packet.from == "client");
      },
      1, "RST, or answer to a probe");
  ASSERT_THAT(Wire().Since(vanished),
              Shows(R"(
                 server >| client  .   146:146(0)
      +interval  server >| client  .   146:146(0)  *again
      +interval  server >| client  R.  147:147(0)
      quiet 200ms
  )",
                    Bind("interval", ka.interval), Bind("again", ka.probes - 1)));
  EXPECT_TRUE(nginx.AwaitCall("recvfrom", Matches(FailsWith(ETIMEDOUT))).made);
  EXPECT_EQ(ServersView(ServerHost(), client).state, TcpState::kClose);
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  Stop(nginx);
  EXPECT_THAT(nginx.error_output(), HasSubstr("recv() failed (110: Connection timed out)"));
}

// A client that has asked for more than the send buffer takes, and a worker that is stopped, so
// that the client can vanish before it is answered.
struct Asked {
  Program nginx;
  int worker;
  Socket client;
};

Asked AskStoppedWorker(Host& server, Host& clients, std::chrono::seconds timeout,
                       std::string_view more) {
  Program nginx = RunNginx(
      server, "sndbuf=8k",
      fmt::format("send_timeout {}s; location /big {{ root .; }} {}", timeout.count(), more));
  const int worker = AwaitWorker(nginx);
  SignalWorker(worker, SIGSTOP);
  Socket client = ConnectTo(server, clients, "client");
  EXPECT_THAT(client.Send("GET /big HTTP/1.0\r\n\r\n"), Returns(21));
  client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; }, "acknowledged");
  return {std::move(nginx), worker, client};
}

// Lets the worker go on, and returns its close() when send_timeout has ended the answer.
Call AwaitSendTimeout(Asked& asked, std::chrono::seconds timeout) {
  const TimePoint continued = Clock::now();
  SignalWorker(asked.worker, SIGCONT);
  const Call closed = asked.nginx.AwaitCall("close");
  EXPECT_THAT(asked.nginx.Calls("writev").back(), FailsWith(EAGAIN));
  EXPECT_TRUE(WaitedFor("nginx's send_timeout", timeout, continued, closed.begin));
  return closed;
}

SCENARIO(NginxVanishedClient, SendTimeoutLeavesAnOrphanWithTheUnsentAnswer,
         .verdict =
             "send_timeout ends an answer to a vanished client: close() leaves an orphan in "
             "FIN-WAIT-1 with the unsent data, until tcp_orphan_retries is over.",
         .source = "ngx_http_core_module, send_timeout; tcp_close(), tcp_orphan_retries()") {
  const std::chrono::seconds timeout = Times().keepalive.interval;
  Asked asked = AskStoppedWorker(ServerHost(), ClientHost(), timeout, "");
  Socket& client = asked.client;
  Fault dark = ClientHost().Drop(Input().To(ClientHost().address()));
  const Call closed = AwaitSendTimeout(asked, timeout);
  EXPECT_THAT(closed, Returns(0));
  const SocketSnapshot orphan = ServersView(ServerHost(), client);
  ASSERT_EQ(orphan.state, TcpState::kFinWait1);
  EXPECT_EQ(orphan.timer, TimerKind::kOn);
  EXPECT_GT(orphan.send_queue, 10000U);

  ServerHost().AwaitConnection(
      client.remote(), client.local(),
      [](const SocketSnapshot& now) { return now.state == TcpState::kClose; }, "CLOSE");
  EXPECT_THAT(Wire().SentBy("server").Packets(),
              AllOf(Not(IsEmpty()), Not(Contains(Truly(IsReset)))));
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
}

SCENARIO(NginxVanishedClient, ResetTimedoutConnectionLeavesNothing,
         .verdict =
             "reset_timedout_connection: nginx sets SO_LINGER {1, 0} before it closes after "
             "send_timeout; a RST goes out, and neither socket nor data is left.",
         .source = "ngx_http_core_module, reset_timedout_connection; socket(7), SO_LINGER") {
  const std::chrono::seconds timeout = Times().keepalive.interval;
  const bool reset = Cause("reset_timedout_connection");
  Asked asked = AskStoppedWorker(ServerHost(), ClientHost(), timeout,
                                 reset ? "reset_timedout_connection on;" : "");
  Fault dark = ClientHost().Drop(Input().To(ClientHost().address()));
  const Call closed = AwaitSendTimeout(asked, timeout);
  EXPECT_THAT(closed, Returns(0));
  ASSERT_EQ(ServersView(ServerHost(), asked.client).state, TcpState::kClose);
  EXPECT_THAT(asked.nginx.Calls("setsockopt").back().arguments,
              HasSubstr("SO_LINGER, {l_onoff=1, l_linger=0}"));
  EXPECT_THAT(Wire().SentBy("server").Since(closed.begin).Packets(), ElementsAre(Truly(IsReset)));
}

}  // namespace
}  // namespace halfopen::nginx

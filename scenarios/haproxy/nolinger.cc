// SPDX-License-Identifier: GPL-2.0-or-later
// `option nolinger`: HAProxy sets SO_LINGER {1, 0} on its listener.
//
// Article 000 takes it for a listener that is closed without waiting. A listener has nothing to
// wait for; but the sockets that it accepts inherit the option (inet_csk_clone_lock; HAProxy sets
// it on them once more), and close() resets them (socket(7); tcp_disconnect). That leaves nothing
// behind of a client that has vanished, where an orphan in FIN-WAIT-1 would send its FIN again and
// again (tcp_orphan_retries). And it throws away what a living client has not received yet: the end
// of each answer that is larger than what the client's window takes.
#include "scenarios/haproxy/haproxy.h"
#include "scenarios/retransmission/retransmission.h"

namespace halfopen::haproxy {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Lt;

constexpr char kNolinger[] = "option nolinger";
constexpr char kResets[] = "SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}";

// A client that has sent half a request. HAProxy waits for the rest, and says nothing when that is
// too late (`errorfile 408 /dev/null`).
struct Asking {
  Program haproxy;
  Socket client;
};

Asking AskHalf(Host& proxy, Host& clients, const Host& server, std::chrono::seconds timeout,
               std::string_view option) {
  Program haproxy = RunHaproxy(proxy, server,
                               {.frontend = fmt::format("errorfile 408 /dev/null\n  {}", option),
                                .timeout_client = timeout});
  Socket client = Ask(clients, proxy, "GET / HT");
  haproxy.AwaitCall("recvfrom", IsWith(client));
  client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; }, "acknowledged");
  return {std::move(haproxy), client};
}

// HAProxy's close() of it, when `timeout client` is over.
Call AwaitTimeout(Asking& asking, std::chrono::seconds timeout) {
  const Call read = asking.haproxy.AwaitCall("recvfrom", IsWith(asking.client));
  const Call closed = asking.haproxy.AwaitCall("close", IsWith(asking.client));
  EXPECT_TRUE(
      WaitedFor("HAProxy's timeout client", timeout, WokenFor(asking.haproxy, read), closed.begin));
  return closed;
}

ROUTER_SCENARIO(
    HaproxyNolinger, WithoutItAVanishedClientLeavesAnOrphan,
    .verdict =
        "HAProxy gives up a client that has vanished: close() returns 0, and the kernel "
        "sends its FIN again and again from FIN-WAIT-1.",
    .source = "HAProxy configuration manual, timeout client; tcp_close()") {
  const std::chrono::seconds timeout = Times().keepalive.interval;
  Asking asking = AskHalf(RouterHost(), ClientHost(), ServerHost(), timeout, "");
  Fault dark = ClientHost().Drop(Input().To(ClientHost().address()));
  EXPECT_THAT(AwaitTimeout(asking, timeout), Returns(0));

  const SocketSnapshot orphan = RouterHost().AwaitConnection(
      asking.client.remote(), asking.client.local(),
      [](const SocketSnapshot& now) {
        return now.state != TcpState::kFinWait1 || now.retransmits > 0;
      },
      "the FIN's retransmission");
  ASSERT_EQ(orphan.state, TcpState::kFinWait1);
  EXPECT_EQ(orphan.timer, TimerKind::kOn);
  const Duration rto = orphan.rto / 2;  // it has been doubled once
  EXPECT_THAT(Wire(asking.client).Until(orphan.time), Shows(R"(
                handshake client > router
                client >  router  P.  1:9(8) ack 1
                router >  client  .   1:1(0) ack 9
                router >| client  F.  1:1(0) ack 9
      +backoff  router >| client  F.  1:1(0) ack 9  *2
  )",
                                                            Bind("backoff", rto)));
}

ROUTER_SCENARIO(HaproxyNolinger, LeavesNothingOfAVanishedClient,
                .verdict =
                    "With `option nolinger` HAProxy's close() of a client that has vanished sends "
                    "FIN and RST, and nothing is left: no orphan, no retransmission.",
                .source = "HAProxy configuration manual, option nolinger; socket(7), SO_LINGER",
                .outdated =
                    "SO_LINGER {1, 0} on a listener is not about closing the listener: the "
                    "connections that it accepts inherit it.") {
  const std::chrono::seconds timeout = Times().keepalive.interval;
  const bool set = Cause(kNolinger);
  Asking asking = AskHalf(RouterHost(), ClientHost(), ServerHost(), timeout, set ? kNolinger : "");
  Fault dark = ClientHost().Drop(Input().To(ClientHost().address()));
  EXPECT_THAT(AwaitTimeout(asking, timeout), Returns(0));

  ASSERT_EQ(ServersView(RouterHost(), asking.client).state, TcpState::kClose);
  const TimePoint listened = asking.haproxy.AwaitCall("listen").begin;
  EXPECT_THAT(asking.haproxy.Calls("setsockopt"),
              Contains(AllOf(Field(&Call::arguments, HasSubstr(kResets)),
                             Field(&Call::begin, Lt(listened)))));
  EXPECT_THAT(Wire(asking.client), Shows(R"(
      handshake client > router
      client >  router  P.  1:9(8) ack 1
      router >  client  .   1:1(0) ack 9
      router >| client  F.  1:1(0) ack 9
      router >| client  R.  2:2(0) ack 9
      quiet 500ms
  )"));
}

ROUTER_SCENARIO(HaproxyNolinger, CutsOffTheAnswerOfASlowClient,
                .verdict =
                    "With `option nolinger` a client with a full window gets the beginning of a "
                    "complete answer, and then ECONNRESET: close() throws away the rest.",
                .source = "HAProxy configuration manual, option nolinger; socket(7), SO_LINGER") {
  constexpr std::size_t kBody = 20000;
  const bool set = Cause(kNolinger);
  Socket listener = ServerHost().Listen();
  Program haproxy = RunHaproxy(RouterHost(), ServerHost(), {.frontend = set ? kNolinger : ""});
  Socket client = ClientHost().NewSocket("client");
  EXPECT_THAT(client.Set(ReceiveBuffer{4096}), Returns(0));
  EXPECT_THAT(client.Connect(RouterHost()), Returns(0));
  EXPECT_THAT(client.Send("GET / HTTP/1.0\r\n\r\n"), Returns(18));
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Succeeds());
  EXPECT_THAT(server.Send(fmt::format("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{}", kBody,
                                      std::string(kBody, '.'))),
              Succeeds());
  EXPECT_THAT(server.Close(), Returns(0));
  EXPECT_THAT(haproxy.AwaitCall("close", IsWith(client)), Returns(0));

  const Call beginning = client.Recv(kBody + 1000);
  EXPECT_THAT(beginning.data, testing::StartsWith("HTTP/1.0 200 OK\r\n"));
  EXPECT_LT(beginning.result, static_cast<long>(kBody));
  ASSERT_THAT(client.Recv(kBody), FailsWith(ECONNRESET));
  EXPECT_EQ(ServersView(RouterHost(), client).state, TcpState::kClose);
  EXPECT_THAT(Wire(client).SentBy("router").Packets().back(), testing::Truly(IsReset));
}

}  // namespace
}  // namespace halfopen::haproxy

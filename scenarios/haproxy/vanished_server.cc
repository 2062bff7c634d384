// SPDX-License-Identifier: GPL-2.0-or-later
// HAProxy in front of a server that says nothing any more: its own timers decide, long before
// TCP's.
//
// `timeout connect` ends an attempt without a packet: a socket in SYN-SENT has nothing to reset
// (RFC 9293 3.10.4). `timeout server` ends a request that was sent, with a RST: HAProxy sets
// SO_LINGER {1, 0} on every connection to a server that it gives up before the server has closed
// it, so that its ports are not held by TIME-WAIT or orphans (with or without `option nolinger`). A
// server that has only been slow is told so by ECONNRESET.
#include "scenarios/haproxy/haproxy.h"

namespace halfopen::haproxy {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

ROUTER_SCENARIO(HaproxyVanishedServer, ConnectTimeoutGives503,
                .verdict =
                    "The server's host vanishes: HAProxy's `timeout connect` ends each attempt "
                    "without a packet, and its client gets 503 when `retries` are used up.",
                .source = "HAProxy configuration manual, timeout connect; RFC 9293 3.10.4",
                .outdated =
                    "The manual wants it above a multiple of 3 s, for lost SYNs: since Linux 3.1 "
                    "(RFC 6298) they go again after 1, 3, 7 s.") {
  // Room for one SYN to be sent again, and not for a third, whatever the schedule.
  constexpr auto kTimeout = 1500ms;
  Socket listener = ServerHost().Listen();
  Program haproxy =
      RunHaproxy(RouterHost(), ServerHost(),
                 {.retries = 1, .timeout_connect = kTimeout, .timeout_server = 500ms});
  Fault dark = ServerHost().Drop(Input().ToPort(80));
  Socket client = Ask(ClientHost(), RouterHost());
  ASSERT_THAT(client.Recv().data, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));

  for (const std::size_t attempt : {0, 1}) {
    EXPECT_THAT(ToServer(Wire(), attempt), Shows(R"(
                   router >| server  S  0:0(0)
        +interval  router >| server  S  0:0(0)
        quiet 200ms
    )",
                                                 Bind("interval", SynSchedule()[0])));
  }
}

ROUTER_SCENARIO(HaproxyVanishedServer, ServerTimeoutGives504AndResetsTheServer,
                .verdict =
                    "A server that does not answer: HAProxy's `timeout server` gives the client "
                    "504 and resets the server's connection; its next call fails with ECONNRESET.",
                .source = "HAProxy configuration manual, timeout server; socket(7), SO_LINGER") {
  const std::chrono::seconds timeout = Times().keepalive.interval;
  Socket listener = ServerHost().Listen();
  Program haproxy = RunHaproxy(RouterHost(), ServerHost(), {.timeout_server = timeout});
  Socket client = Ask(ClientHost(), RouterHost());
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Succeeds());
  if (!Cause("the server does not answer")) server.Send("HTTP/1.0 200 OK\r\n\r\n");
  ASSERT_THAT(client.Recv().data, StartsWith("HTTP/1.1 504 Gateway Time-out\r\n"));

  const Call closed = haproxy.AwaitCall("close", IsWith(ServerHost()));
  EXPECT_THAT(server.Recv(), FailsWith(ECONNRESET));
  EXPECT_THAT(haproxy.Calls("setsockopt").back().arguments,
              HasSubstr("SO_LINGER, {l_onoff=1, l_linger=0}"));
  const Call sent = haproxy.AwaitCall("sendto", IsWith(ServerHost()));
  EXPECT_TRUE(InTime("HAProxy's timeout server", TimeOf(timeout), Decided(haproxy, sent),
                     Decided(haproxy, closed)));
  EXPECT_THAT(Wire(server), Shows(R"(
      handshake router > server
      router > server  P.  1:33(32) ack 1
      server > router  .   1:1(0) ack 33
      router > server  R.  33:33(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::haproxy

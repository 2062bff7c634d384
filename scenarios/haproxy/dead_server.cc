// SPDX-License-Identifier: GPL-2.0-or-later
// HAProxy in front of a server whose process ends.
//
// Nobody listens any more: a RST answers the SYN (RFC 9293 3.10.7.1), and HAProxy, which connects
// without blocking, learns it from a second connect(): ECONNREFUSED. Nothing was sent yet, so it
// tries again, a second later each time (`retries`), and tells its client 503. A server that ends
// with a request in its hands has it lost: HAProxy does not send a request twice, and tells its
// client 502. Whether it reads the end of the stream or ECONNRESET says what the server had read
// (RFC 2525 2.17: close() with data unread sends a RST).
#include "scenarios/haproxy/haproxy.h"

namespace halfopen::haproxy {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

ROUTER_SCENARIO(HaproxyDeadServer, RefusedConnectIsTriedAgainAndGives503,
                .verdict =
                    "Nobody listens on the server: HAProxy's connect() fails with ECONNREFUSED, it "
                    "tries again a second later, and the client gets 503.",
                .source = "HAProxy configuration manual, retries; connect(2); RFC 9293 3.10.7.1") {
  Socket listener = ServerHost().Listen();
  Program haproxy = RunHaproxy(RouterHost(), ServerHost(), {.retries = 1, .timeout_server = 500ms});
  if (Cause("the server's process ends")) listener.Close();
  Socket client = Ask(ClientHost(), RouterHost());
  ASSERT_THAT(client.Recv().data, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));

  for (const std::size_t attempt : {0, 1}) {
    EXPECT_THAT(ToServer(Wire(), attempt), Shows(R"(
        router > server  S   0:0(0)
        server > router  R.  0:0(0) ack 1
        quiet 200ms
    )"));
  }
  haproxy.AwaitCall("sendto", IsWith(client));
  const std::vector<Call> connects = haproxy.Calls("connect");
  ASSERT_GE(connects.size(), 4U);
  const std::vector<Call> ours(connects.end() - 4, connects.end());
  EXPECT_THAT(ours, ElementsAre(FailsWith(EINPROGRESS), FailsWith(ECONNREFUSED),
                                FailsWith(EINPROGRESS), FailsWith(ECONNREFUSED)));
  EXPECT_TRUE(InTime("HAProxy tries again", TimeOf(1s), Decided(haproxy, ours[1]),
                     Decided(haproxy, ours[2])));
}

ROUTER_SCENARIO(HaproxyDeadServer, FinInsteadOfAnAnswerGives502,
                .verdict =
                    "The server's process ends with a request that it had read: HAProxy reads the "
                    "end of the stream, does not try again, and its client gets 502.",
                .source = "HAProxy configuration manual, retry-on; RFC 9293 3.6") {
  Socket listener = ServerHost().Listen();
  Program haproxy = RunHaproxy(RouterHost(), ServerHost(), {.retries = 1, .timeout_server = 500ms});
  Socket client = Ask(ClientHost(), RouterHost());
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Succeeds());
  if (Cause("the server's process ends")) server.Close();
  ASSERT_THAT(client.Recv().data, StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));

  EXPECT_TRUE(haproxy.AwaitCall("close", IsWith(ServerHost())).made);
  EXPECT_THAT(Wire(server), Shows(R"(
      handshake router > server
      router > server  P.  1:33(32) ack 1
      server > router  .   1:1(0) ack 33
      server > router  F.  1:1(0) ack 33
    ? router > server  .   33:33(0) ack 2
      router > server  F.  33:33(0) ack 2
      server > router  .   2:2(0) ack 34
      quiet 200ms
  )"));
  EXPECT_THAT(ToServer(Wire(), 1).Packets(), IsEmpty());
}

ROUTER_SCENARIO(HaproxyDeadServer, ResetInsteadOfAnAnswerGives502,
                .verdict =
                    "The server's process ends with a request unread: RST, HAProxy's recv() fails "
                    "with ECONNRESET, and its client gets 502.",
                .source = "RFC 2525 2.17; tcp_close(); HAProxy configuration manual, retry-on") {
  Socket listener = ServerHost().Listen();
  Program haproxy = RunHaproxy(RouterHost(), ServerHost(), {.retries = 1, .timeout_server = 500ms});
  Socket client = Ask(ClientHost(), RouterHost());
  Socket server = listener.Accept();
  server.Await([](const SocketSnapshot& now) { return now.receive_queue > 0; }, "the request");
  if (Cause("the server's process ends")) server.Close();
  ASSERT_THAT(client.Recv().data, StartsWith("HTTP/1.1 502 Bad Gateway\r\n"));

  EXPECT_TRUE(haproxy.AwaitCall("recvfrom", testing::Matches(FailsWith(ECONNRESET))).made);
  EXPECT_THAT(Wire(server), Shows(R"(
      handshake router > server
      router > server  P.  1:33(32) ack 1
      server > router  .   1:1(0) ack 33
      server > router  R.  1:1(0) ack 33
      quiet 200ms
  )"));
  EXPECT_THAT(ToServer(Wire(), 1).Packets(), IsEmpty());
}

}  // namespace
}  // namespace halfopen::haproxy

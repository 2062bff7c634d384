// SPDX-License-Identifier: GPL-2.0-or-later
// `bind … defer-accept` and `bind … tfo`: what HAProxy sets on its listener, and what that takes.
//
// TCP_DEFER_ACCEPT (always a second): article 000 says that work then begins without waiting for
// the last ACK of the handshake. It is the other way round: that ACK is passed over, and the
// connection is made by the first data (tcp(7); tcp_check_req). What begins in the handshake is TCP
// Fast Open (RFC 7413): data in a SYN that brings a cookie reaches accept() at once. TCP_FASTOPEN
// on the listener is only half of it: without bit 2 of tcp_fastopen the kernel gives no cookies,
// and says nothing of that (ip-sysctl.rst; article 001 sets 3).
#include "scenarios/backlog/defer_accept.h"
#include "scenarios/fast_open/fast_open.h"
#include "scenarios/haproxy/haproxy.h"

namespace halfopen::haproxy {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

auto Sets(const char* option) {
  return Contains(AllOf(Field(&Call::arguments, HasSubstr(option)), Returns(0)));
}

ROUTER_SCENARIO(HaproxyBind, DeferAcceptWaitsForTheRequest,
                .verdict =
                    "`bind … defer-accept`: a connected client that has sent nothing is in "
                    "SYN-RECV on HAProxy's host, and accept4() returns it with its request.",
                .source = "HAProxy configuration manual, defer-accept; tcp(7), TCP_DEFER_ACCEPT",
                .outdated =
                    "TCP_DEFER_ACCEPT does not begin before the last ACK of the handshake: it "
                    "passes over that ACK and waits for data.") {
  const bool deferred = Cause("defer-accept");
  Program haproxy =
      RunHaproxy(RouterHost(), ServerHost(), {.bind = deferred ? "defer-accept" : ""});
  Socket client = ClientHost().NewSocket();
  ASSERT_THAT(backlog::ConnectDeferred(RouterHost(), client), backlog::IsDeferred());
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(haproxy.Calls("accept4"), IsEmpty());

  const Call asked = client.Send(kRequest);
  EXPECT_THAT(client.Recv().data, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(haproxy.AwaitCall("recvfrom", IsWith(client)), Receives(kRequest));
  EXPECT_THAT(haproxy.Calls("setsockopt"), Sets("SOL_TCP, TCP_DEFER_ACCEPT, [1]"));
  EXPECT_THAT(Wire(client).SentBy("client").Until(asked.end), Shows(R"(
      client > router  S   0:0(0)
      client > router  .   1:1(0) ack 1
      client > router  P.  1:33(32) ack 1
    ? client > router  .   33:33(0)
  )"));
}

// A first client, which asks for a cookie and gets one if the server gives any, and a second one,
// which sends its request with sendto(MSG_FASTOPEN).
Socket AskFast(Host& clients, Host& proxy, Socket& first) {
  EXPECT_THAT(first.Set(FastOpenConnect{}), Returns(0));
  EXPECT_THAT(first.Connect(proxy), Returns(0));
  Socket second = clients.NewSocket("second");
  EXPECT_THAT(second.SendTo(proxy, kRequest, MSG_FASTOPEN), Returns(32));
  return second;
}

ROUTER_SCENARIO(HaproxyBind, TfoBringsTheRequestInTheSyn,
                .verdict =
                    "`bind … tfo` and tcp_fastopen=3: the request of a client with a cookie comes "
                    "in its SYN, and HAProxy has read it before the handshake ends.",
                .source = "HAProxy configuration manual, tfo; RFC 7413; ip-sysctl.rst") {
  if (Cause("tcp_fastopen = 3")) RouterHost().sysctls().Set(fast_open::kSysctl, 3);
  Program haproxy = RunHaproxy(RouterHost(), ServerHost(), {.bind = "tfo"});
  Socket first = ClientHost().NewSocket("first");
  Socket second = AskFast(ClientHost(), RouterHost(), first);

  const Call asked = haproxy.AwaitCall("recvfrom", IsWith(second));
  EXPECT_THAT(asked, Receives(kRequest));
  ASSERT_THAT(Wire(second).SentBy("second").Until(asked.end), Shows(R"(
      second > router  S   0:32(32)        <mss, sackOK, TS, wscale, FO>
    ? second > router  .   33:33(0)                                     *2
  )"));
  EXPECT_THAT(second.Recv().data, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
}

ROUTER_SCENARIO(HaproxyBind, TfoWithoutTheSysctlDoesNothing,
                .verdict =
                    "`bind … tfo` with tcp_fastopen at its default: setsockopt(TCP_FASTOPEN) "
                    "returns 0, the SYN-ACK brings no cookie, and requests come after handshakes.",
                .source = "HAProxy configuration manual, tfo; ip-sysctl.rst, tcp_fastopen",
                .outdated =
                    "tcp_fastopen is 1 by default since Linux 3.13, and no longer 0: clients may, "
                    "servers do not.") {
  if (!Cause("tcp_fastopen is 1, its default")) {
    RouterHost().sysctls().Set(fast_open::kSysctl, 3);
  }
  Program haproxy = RunHaproxy(RouterHost(), ServerHost(), {.bind = "tfo"});
  Socket first = ClientHost().NewSocket("first");
  Socket second = AskFast(ClientHost(), RouterHost(), first);

  EXPECT_THAT(second.Recv().data, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  ASSERT_THAT(Wire(first), Shows(R"(
      first  > router  S   0:0(0)        <mss, sackOK, TS, wscale, FO cookiereq>
      router > first   S.  0:0(0) ack 1  <mss, sackOK, TS, wscale>
      first  > router  .   1:1(0) ack 1
  )"));
  const Call asked = haproxy.AwaitCall("recvfrom", IsWith(second));
  EXPECT_THAT(haproxy.Calls("setsockopt"), Sets("SOL_TCP, TCP_FASTOPEN, [20]"));
  EXPECT_THAT(Wire(second).SentBy("second").Until(asked.end), Shows(R"(
      second > router  S   0:0(0)
      second > router  P.  1:33(32) ack 1
    ? second > router  .   33:33(0)
  )"));
}

}  // namespace
}  // namespace halfopen::haproxy

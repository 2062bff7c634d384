// SPDX-License-Identifier: GPL-2.0-or-later
// socat: what netcat has no options for, it sets on the socket, and it says what went wrong.
//
// keepidle, keepintvl and keepcnt are TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT (tcp(7)), set on
// the listening socket, from which the accepted one has them; the namespace's sysctls no longer
// matter. SO_KEEPALIVE itself comes behind accept(), and with it the first idle time begins. It
// exits with 1 after an error, whatever it has carried before: of a peer that is gone it says
// "Connection timed out" (read, ETIMEDOUT), of one that has closed "Broken pipe" (the second write,
// EPIPE: the first one is answered with a RST, in CLOSE-WAIT).
#include "scenarios/netcat/netcat.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Matches;

// socat's name of a TCP address of this family: "TCP4-LISTEN", "TCP6".
std::string Tcp(IpFamily family, const std::string& rest) {
  return (family == IpFamily::kIpv4 ? "TCP4" : "TCP6") + rest;
}

SCENARIO(SocatKeepalive, OptionsOnTheSocketTimeOutTheRead,
         .verdict =
             "socat sets keepidle, keepintvl and keepcnt on its socket: a peer that is gone fails "
             "its read() with ETIMEDOUT, and it says so and exits with 1.",
         .source = "socat(1), keepidle; tcp(7), TCP_KEEPIDLE; tcp_keepalive_timer()") {
  const Keepalive ka = Times().keepalive;
  const std::string idle = std::to_string(ka.idle.count());
  const std::string interval = std::to_string(ka.interval.count());
  const std::string probes = std::to_string(ka.probes);
  Program server =
      ServerHost().Run({"socat", "-u",
                        Tcp(family(), "-LISTEN:80,keepalive,keepidle=" + idle +
                                          ",keepintvl=" + interval + ",keepcnt=" + probes),
                        "STDOUT"});
  server.AwaitListener(80);
  Socket client = ClientHost().NewSocket();
  ASSERT_THAT(client.Connect(ServerHost()), Succeeds());
  server.AwaitCall("setsockopt", Matches(Says("SO_KEEPALIVE, [1]")));
  EXPECT_THAT(client.Send("hello\n"), Returns(6));
  server.AwaitOutput("hello\n");
  const TimePoint heard = ArrivalOf(6, Wire());
  Fault dark = ClientHost().Drop(Input().From(ServerHost().address()).FromPort(80));

  AwaitPackets(IsServerProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(ServerHost(), client.remote(), client.local()),
              ShowsKeepaliveTimer(1));
  EXPECT_THAT(server.AwaitCall("read", Matches(FailsWith(ETIMEDOUT))),
              FailsWith(ETIMEDOUT).After(ScheduleOf(ka)).Since(heard));
  EXPECT_TRUE(ProbesAfterIdle(ka.idle, heard, IsServerProbe, Wire()));
  EXPECT_EQ(server.Wait(), ExitStatus{.code = 1});
  EXPECT_THAT(server.error_output(),
              AllOf(HasSubstr(" E read("), HasSubstr("Connection timed out")));
  EXPECT_THAT(server.Calls("setsockopt"), AllOf(Contains(Says("SO_KEEPALIVE, [1]")),
                                                Contains(Says("TCP_KEEPIDLE, [" + idle + "]")),
                                                Contains(Says("TCP_KEEPINTVL, [" + interval + "]")),
                                                Contains(Says("TCP_KEEPCNT, [" + probes + "]"))));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
                 client >  server  P.  1:7(6) ack 1
                 server >  client  .   1:1(0) ack 7
                 server >| client  .   0:0(0) ack 7
      +interval  server >| client  .   0:0(0) ack 7  *more
      +interval  server >| client  R.  1:1(0) ack 7
      quiet 200ms
  )",
                            Bind("interval", ka.interval), Bind("more", ka.probes - 1)));
}

SCENARIO(SocatAfterFin, SecondWriteFailsWithEpipe,
         .verdict =
             "socat writes on after the server's FIN: the first write succeeds and brings a RST, "
             "the second fails with EPIPE; it says \"Broken pipe\" and exits with 1.",
         .source = "RFC 9293 3.6; tcp_reset(); socat(1), -t") {
  Socket listener = ServerHost().Listen();
  Program client =
      ClientHost().Run({"socat", "-t", "3600", "-",
                        Tcp(family(), ":" + Endpoint{ServerHost().address(), 80}.ToString())});
  Socket server = listener.Accept();
  const Endpoint here = server.local(), there = server.remote();

  const Call end = Cause("the server closes") ? server.Close() : server.Send("hello\n");
  ASSERT_THAT(client.AwaitCall("read"), EndsStream());
  client.Input("first\n");
  ClientHost().AwaitConnection(
      there, here, [](const SocketSnapshot& now) { return now.state == TcpState::kClose; },
      "the RST");
  client.Input("second\n");
  EXPECT_EQ(client.Wait(), ExitStatus{.code = 1});
  EXPECT_THAT(client.error_output(), AllOf(HasSubstr(" E write("), HasSubstr("Broken pipe")));
  EXPECT_THAT(client.Calls("write"), ElementsAre(Returns(6), FailsWith(EPIPE)));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
    ? client > server  .   1:1(0) ack 2
      client > server  P.  1:7(6) ack 2
      server > client  R   2:2(0)
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

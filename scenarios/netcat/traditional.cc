// SPDX-License-Identifier: GPL-2.0-or-later
// `nc -k -l`, a server of netcat-traditional: SO_KEEPALIVE, and the namespace's sysctls for the
// rest.
//
// It sleeps in select() and not in read(), so that keepalive's end (tcp_keepalive_timer) first
// makes the socket readable (tcp_write_err, sk_error_report); the read() that follows takes the
// error: ETIMEDOUT. The RST that goes with it tells a client that can still be reached: its read()
// fails with ECONNRESET. One that cannot be reached, and that has no keepalive, sits in select()
// for ever (RFC 9293 3.5.1). Whoever looks at the exit code alone learns nothing: nc takes either
// error for the end of the stream, prints nothing and exits with 0.
#include "scenarios/netcat/netcat.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Matches;

// A client's nc has said "hello" to the server's, which keeps alive by its namespace's sysctls.
struct Chat {
  Program server;
  Program client;
};
Chat SayHello(Host& client, Host& server, const Keepalive& keepalive) {
  SetKeepaliveSysctls(server, keepalive);
  Program listening = server.Run({"nc.traditional", "-n", "-k", "-l", "-p", "80"});
  listening.AwaitListener(80);
  Program talking = client.Run({"nc.traditional", "-n", server.address().ToString(), "80"});
  talking.Input("hello\n");
  listening.AwaitOutput("hello\n");
  EXPECT_THAT(listening.Calls("setsockopt"), Contains(Says("SO_KEEPALIVE, [1]")));
  return {std::move(listening), std::move(talking)};
}

// Waits until the server's keepalive has given up, and holds what its calls, probes and counters
// since `before` say against that. It last heard something at `heard`.
void ExpectSilentExpiry(Program& server, Host& host, const Keepalive& keepalive, TimePoint heard,
                        const Counters& before, const WireView& wire) {
  EXPECT_THAT(server.AwaitCall("read", Matches(FailsWith(ETIMEDOUT))),
              FailsWith(ETIMEDOUT).After(ScheduleOf(keepalive)).Since(heard));
  const Call select = server.Calls("pselect6").back();
  EXPECT_THAT(select, Returns(1).After(ScheduleOf(keepalive)).Since(heard));
  EXPECT_EQ(server.Wait(), ExitStatus{.code = 0});
  EXPECT_EQ(server.output() + server.error_output(), "hello\n");
  EXPECT_TRUE(ProbesAfterIdle(keepalive.idle, heard, IsServerProbe, wire));
  EXPECT_THAT(Counters::Read(host.network(), host.name()).Since(before),
              CountExpiryAfter(keepalive.probes));
}

SCENARIO(NetcatKeepalive, ReadTimesOutAndTheResetEndsTheClient,
         .verdict =
             "nc -k keeps alive: with nothing coming in its read() fails with ETIMEDOUT after the "
             "last probe, the client's with ECONNRESET; both exit with 0.",
         .source = "nc.traditional(1), -k; tcp(7), tcp_keepalive_time; tcp_keepalive_timer()",
         .only = IpFamily::kIpv4) {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ServerHost());
  auto [server, client] = SayHello(ClientHost(), ServerHost(), ka);
  const Packet syn = Wire().Packets().front().packet;
  const TimePoint heard = ArrivalOf(6, Wire());
  Fault deaf = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  AwaitPackets(IsServerProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(ServerHost(), syn.destination, syn.source),
              ShowsKeepaliveTimer(1));
  ExpectSilentExpiry(server, ServerHost(), ka, heard, before, Wire());
  EXPECT_THAT(client.AwaitCall("read"), FailsWith(ECONNRESET).After(ScheduleOf(ka)).Since(heard));
  EXPECT_EQ(client.Wait(), ExitStatus{.code = 0});
  EXPECT_EQ(client.output() + client.error_output(), "");

  EXPECT_THAT(Wire().SentBy("server"),
              Shows(R"(
                 server > client  S.  0:0(0) ack 1
                 server > client  .   1:1(0) ack 7
                 server > client  .   0:0(0) ack 7
      +interval  server > client  .   0:0(0) ack 7  *more
      +interval  server > client  R.  1:1(0) ack 7
      quiet 200ms
  )",
                    Bind("interval", ka.interval), Bind("more", ka.probes - 1)));
  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
      client >  server  S   0:0(0)
      client >  server  .   1:1(0) ack 1
      client >  server  P.  1:7(6) ack 1
      client >| server  .   7:7(0) ack 1  *probes
  )",
                                             Bind("probes", ka.probes)));
}

SCENARIO(NetcatKeepalive, ClientWithoutItOutlivesTheConnection,
         .verdict =
             "When nothing reaches its client any more nc -k gives up with ETIMEDOUT; the client, "
             "which the RST never reaches, stays ESTABLISHED in select() for ever.",
         .source = "RFC 9293 3.5.1; tcp_keepalive_timer()", .only = IpFamily::kIpv4) {
  const Keepalive ka = Times().keepalive;
  const Counters before = CountersOf(ServerHost());
  auto [server, client] = SayHello(ClientHost(), ServerHost(), ka);
  const Packet syn = Wire().Packets().front().packet;
  const TimePoint heard = ArrivalOf(6, Wire());
  Fault dark = ClientHost().Drop(Input().From(ServerHost().address()).FromPort(80));

  AwaitPackets(IsServerProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(ServerHost(), syn.destination, syn.source),
              ShowsKeepaliveTimer(1));
  ExpectSilentExpiry(server, ServerHost(), ka, heard, before, Wire());

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
  const auto left = ClientHost().Diagnose(syn.source, syn.destination).value_or(SocketSnapshot{});
  EXPECT_EQ(left.state, TcpState::kEstablished);
  EXPECT_EQ(left.timer, TimerKind::kOff);
  EXPECT_TRUE(client.AwaitBegun("pselect6").made);
}

}  // namespace
}  // namespace halfopen

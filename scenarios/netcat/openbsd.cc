// SPDX-License-Identifier: GPL-2.0-or-later
// OpenBSD's netcat, which is `nc` wherever nobody chose another: no keepalive, and no bad news.
//
// Its -k is to listen on after the first client. It never sets SO_KEEPALIVE, without which TCP
// sends nothing on an idle connection (RFC 9293 3.8.4), so a client that is gone without a word is
// not missed: the server polls for ever, and with it the one connection that it serves at a time.
// As a client it half-closes the reading side on a FIN and writes on; when the RST comes that this
// brings, poll() says POLLERR|POLLHUP, which it takes for a good end: exit code 0, and the line is
// lost.
#include "scenarios/netcat/netcat.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SCENARIO(NetcatKeepalive, OpenbsdsListenerNeverMissesItsClient,
         .verdict =
             "To OpenBSD's nc -k is no keepalive: when its client is gone without a word it sends "
             "nothing, and blocks in poll() on an ESTABLISHED connection for ever.",
         .source = "nc(1), -k; RFC 9293 3.8.4",
         .outdated =
             "nc -kl is quoted as a server with keepalive, which is netcat-traditional's "
             "-k; the nc of today's distributions has no option for it.") {
  const Keepalive ka = Times().keepalive;
  SetKeepaliveSysctls(ServerHost(), ka);
  Program server =
      ServerHost().Run({"nc.openbsd", "-n", "-k", "-l", ServerHost().address().ToString(), "80"});
  server.AwaitListener(80);
  Socket client = ClientHost().NewSocket();
  ASSERT_THAT(client.Connect(ServerHost()), Succeeds());
  EXPECT_THAT(client.Send("hello\n"), Returns(6));
  server.AwaitOutput("hello\n");
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:7(6) ack 1
      server > client  .   1:1(0) ack 7
      quiet expiry
  )",
                            Bind("expiry", ka.Expiry())));
  client.Close();
  AwaitPackets(IsFin, 1, "the client's FIN");
  const auto left = ServerHost().Diagnose(client.remote(), client.local());
  ASSERT_EQ(left.value_or(SocketSnapshot{}).state, TcpState::kEstablished);
  EXPECT_EQ(left.value_or(SocketSnapshot{}).timer, TimerKind::kOff);
  EXPECT_THAT(server.Calls("setsockopt"),
              AllOf(Not(IsEmpty()), Not(Contains(Says("SO_KEEPALIVE")))));
  EXPECT_THAT(server.Calls("read"), ElementsAre(Returns(6)));
  EXPECT_TRUE(server.AwaitBegun("poll").made);
}

SCENARIO(NetcatAfterFin, OpenbsdLosesALineAndExitsWithZero,
         .verdict =
             "nc writes on after the server's FIN: the write succeeds, a RST comes back, poll() "
             "says POLLERR|POLLHUP, and nc exits with 0 and without a word.",
         .source = "RFC 9293 3.6; poll(2), POLLERR; tcp_reset()") {
  Socket listener = ServerHost().Listen();
  Program client = ClientHost().Run({"nc.openbsd", "-n", ServerHost().address().ToString(), "80"});
  Socket server = listener.Accept();

  const Call end = Cause("the server closes") ? server.Close() : server.Send("hello\n");
  ASSERT_THAT(client.AwaitCall("read"), EndsStream());
  client.Input("lost\n");
  EXPECT_EQ(client.Wait(), ExitStatus{.code = 0});
  EXPECT_EQ(client.output() + client.error_output(), "");
  EXPECT_THAT(client.Calls("write"), ElementsAre(Returns(5)));
  EXPECT_THAT(client.Calls("poll").back(),
              Field("note", &Call::note, HasSubstr("POLLERR|POLLHUP")));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
    ? client > server  .   1:1(0) ack 2
      client > server  P.  1:6(5) ack 2
      server > client  R   2:2(0)
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen

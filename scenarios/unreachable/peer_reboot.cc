// SPDX-License-Identifier: GPL-2.0-or-later
// The peer's host reboots: it is back, and knows nothing of its connections.
//
// A host that loses power says no goodbye, so the other end stays ESTABLISHED: half-open (RFC 9293
// 3.5.1). It learns of the reboot only by sending: the first segment finds no socket and draws a
// RST (3.10.7.1), and the next call fails with ECONNRESET, once. Who only reads waits for good,
// unless keepalive does the sending (2 hours by default).
#include "harness/scenario.h"

namespace halfopen {
namespace {

ROUTER_SCENARIO(PeerReboot, NextSegmentDrawsTheReset,
                .verdict =
                    "After the peer's reboot the first send() succeeds and draws a RST; the "
                    "next call fails with ECONNRESET, the one after it with EPIPE.",
                .source = "RFC 9293 3.5.1, 3.10.7.1; tcp_reset()") {
  auto [client, server] = Connect();
  if (Cause("the server reboots")) {
    PowerOffServer();
    PowerOnServer();
  }
  EXPECT_THAT(client.Send("ping"), Returns(4));
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(client.Send("ping"), FailsWith(ECONNRESET).AtOnce());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE).AtOnce());
  EXPECT_THAT(client.Recv(), EndsStream());
}

ROUTER_SCENARIO(PeerReboot, ReaderHearsNothingUntilItWrites,
                .verdict =
                    "A blocked recv() hears nothing of the peer's reboot; it fails with "
                    "ECONNRESET when somebody writes.",
                .source = "RFC 9293 3.5.1") {
  auto [client, server] = Connect();
  PendingCall read = client.StartRecv();
  if (Cause("the server reboots")) {
    PowerOffServer();
    PowerOnServer();
  }
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
  EXPECT_FALSE(read.Done());
  const SocketSnapshot now = client.Snapshot();
  EXPECT_EQ(now.state, TcpState::kEstablished);
  EXPECT_EQ(now.timer, TimerKind::kOff);

  EXPECT_THAT(client.Send("ping"), Returns(4));
  ASSERT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(read.Wait(), FailsWith(ECONNRESET));
}

ROUTER_SCENARIO(PeerReboot, KeepaliveProbeDrawsTheReset,
                .verdict =
                    "With keepalive a blocked recv() learns of the peer's reboot from the first "
                    "probe: ECONNRESET, after 2 hours by default.",
                .source = "RFC 9293 3.8.4; tcp(7), TCP_KEEPIDLE") {
  const Keepalive keepalive = Times().keepalive;
  auto [client, server] = Connect(keepalive);
  PendingCall read = client.StartRecv();
  if (Cause("the server reboots")) {
    PowerOffServer();
    PowerOnServer();
  }
  AwaitPackets([](const WirePacket& packet) { return packet.from == "client"; }, 3, "probe");
  EXPECT_THAT(Wire(), Shows(R"(
            handshake
      +idle client > server  .  0:0(0) ack 1
            server > client  R  1:1(0)
      quiet 200ms
  )",
                            Bind("idle", keepalive.idle)));
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(read.Wait(), FailsWith(ECONNRESET));
}

ROUTER_SCENARIO(PeerReboot, RetransmissionDrawsTheReset,
                .verdict =
                    "Data sent while the peer reboots is retransmitted; the first segment that "
                    "gets through draws a RST, and the next call fails with ECONNRESET.",
                .source = "RFC 9293 3.5.1, 3.10.7.1") {
  auto [client, server] = Connect();
  const Duration rto = client.Snapshot().rto;
  if (Cause("the server reboots")) {
    PowerOffServer();
    PowerOnServer();
  }
  // The network is not up again as soon as the server is.
  Fault off = RouterHost().Drop(Prerouting().To(ServerHost().address()));
  EXPECT_THAT(client.Send("ping"), Returns(4));
  AwaitPackets([](const WirePacket& packet) { return !packet.fault.empty(); }, 3, "lost segment");
  off.Lift();
  AwaitPackets([](const WirePacket& packet) { return packet.from == "server"; }, 2, "answer");
  ASSERT_THAT(Wire(), Shows(R"(
            handshake
            client >| server  P.  1:5(4) ack 1
      +rto  client >| server  P.  1:5(4) ack 1 *2
      +next client >  server  P.  1:5(4) ack 1
            server >  client  R   1:1(0)
      quiet 200ms
  )",
                            Bind("rto", rto), Bind("next", 2 * rto)));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET).AtOnce());
}

ROUTER_SCENARIO(PeerReboot, ListenerOfTheNewBootAcceptsTheSamePorts,
                .verdict =
                    "A client that still holds the old connection connects again at once: the "
                    "rebooted peer serves both its ports anew.",
                .source = "RFC 9293 3.10.7.1") {
  auto [client, server] = Connect();
  if (Cause("the server reboots")) {
    PowerOffServer();
    PowerOnServer();
  }
  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("again");
  EXPECT_THAT(again.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  ASSERT_THAT(Wire(client), Shows(R"(
      handshake
      client > server  P.  1:5(4) ack 1
      server > client  R   1:1(0)
      quiet 200ms
  )"));
  EXPECT_THAT(client.Recv(), FailsWith(ECONNRESET));
  EXPECT_EQ(again.Snapshot().state, TcpState::kEstablished);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// The client gives up while it is still connecting.
//
// close() in SYN-SENT deletes the socket and sends nothing (RFC 9293 3.10.4), neither FIN nor RST;
// a server that has the SYN but cannot be heard knows nothing of it. Its request lives on in
// SYN-RECV and its SYN-ACKs go on. The first of them that arrives meets no socket: RST
// (RFC 9293 3.10.7.1), and only then is the request gone. accept() never sees it.
// (That all of them are lost is told in syn_retry/syn_ack_dropped.cc.)
#include "scenarios/handshake.h"
#include "scenarios/syn_retry/syn_retry.h"

namespace halfopen {
namespace {

using namespace handshake;  // NOLINT: the words of these stories
using testing::AllOf;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(ClosedWhileConnecting, NextSynAckIsAnsweredWithReset,
         .verdict =
             "close() while connecting sends nothing; the server stays in SYN-RECV until its "
             "next SYN-ACK gets through and draws a RST.",
         .source = "RFC 9293 3.10.4 and 3.10.7.1; tcp_close(), tcp_check_req()") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ServerHost());
  Fault deaf = ClientHost().Drop(SynAckFrom80());
  client.SetNonBlocking();
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
  ASSERT_EQ(ServersView(ServerHost(), client).state, TcpState::kSynRecv);

  if (Cause("the client closes")) {
    EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  }
  ASSERT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_EQ(ServersView(ServerHost(), client).state, TcpState::kSynRecv);
  deaf.Lift();
  EXPECT_EQ(AwaitRequestsEnd(ServerHost(), client).state, TcpState::kClose);

  listener.SetNonBlocking();
  EXPECT_THAT(listener.Accept().origin(), FailsWith(EAGAIN));
  EXPECT_THAT(CountersOf(ServerHost()).Since(before),
              AllOf(IsSupersetOf({Pair("TcpExt.EmbryonicRsts", 1), Pair("Tcp.AttemptFails", 1),
                                  Pair("TcpExt.TCPSynRetrans", 1)}),
                    Not(Contains(Key("TcpExt.ListenDrops")))));
  EXPECT_THAT(Wire(), Shows(R"(
                 client >  server  S   0:0(0)
                 server >| client  S.  0:0(0) ack 1
      +interval  server >  client  S.  0:0(0) ack 1
                 client >  server  R   1:1(0)
      quiet 200ms
  )",
                            Bind("interval", SynAckIntervals(1)[0])));
}

// Where the SYN itself is lost there is no request either, and nobody is left who knew of it.
SCENARIO(ClosedWhileConnecting, LostSynLeavesNoTrace,
         .verdict =
             "close() while connecting to a host that does not answer ends it there: no "
             "further SYN, no FIN, no RST.",
         .source = "RFC 9293 3.10.4; tcp_close()") {
  Socket client = ClientHost().NewSocket();
  const Counters before = CountersOf(ClientHost());
  Fault dark = ServerHost().Drop(SynTo80());
  client.SetNonBlocking();
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);

  if (Cause("the client closes")) {
    EXPECT_THAT(client.Close(), Returns(0).AtOnce());
  }
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);

  EXPECT_THAT(Wire(), Shows(R"(
      client >| server  S  0:0(0)
      quiet 1200ms
  )"));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              AllOf(Contains(Pair("Tcp.ActiveOpens", 1)), Not(Contains(Key("TcpExt.TCPTimeouts"))),
                    Not(Contains(Key("Tcp.OutRsts")))));
}

// shutdown() takes a socket in SYN-SENT back to where it was (inet_shutdown calls disconnect), and
// wakes who blocks in connect(): the way to call a connecting thread off. close() would not: the
// blocked call keeps the socket open.
SCENARIO(ClosedWhileConnecting, ShutdownCallsABlockedConnectOff,
         .verdict =
             "shutdown() from another thread ends a blocked connect() at once with "
             "ECONNRESET; nothing is sent, and the socket can connect again.",
         .source = "inet_shutdown(), tcp_disconnect() (net/ipv4)") {
  Socket client = ClientHost().NewSocket();
  client.Set(SynCount{1});
  Fault dark = ServerHost().Drop(SynTo80());
  PendingCall connecting = client.StartConnect(ServerHost());
  ASSERT_EQ(client.Snapshot().state, TcpState::kSynSent);

  Call shut;
  if (Cause("the socket is shut down")) shut = client.Shutdown(SHUT_RDWR);
  EXPECT_THAT(shut, Returns(0));
  EXPECT_THAT(connecting.Wait(), FailsWith(ECONNRESET).AtOnce().Since(shut.begin));
  EXPECT_EQ(client.Snapshot().state, TcpState::kClose);
  EXPECT_THAT(Wire(), Shows(R"(
      client >| server  S  0:0(0)
      quiet 1200ms
  )"));

  dark.Lift();
  Socket listener = ServerHost().Listen();
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
}

}  // namespace
}  // namespace halfopen

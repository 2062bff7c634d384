// SPDX-License-Identifier: GPL-2.0-or-later
// TCP_DEFER_ACCEPT as an option: what is kept of its seconds, and what it does on a client.
//
// The kernel keeps a number of timeouts (secs_to_retrans, net/ipv4/tcp.c) and getsockopt() tells
// their sum: the times at which a SYN-ACK is due, 1 s doubled up to 120 s (TCP_RTO_MAX).
// On a client it means another thing, which tcp(7) does not name: the last ACK of the handshake is
// delayed for 200 ms (TCP_DELACK_MAX; tcp_rcv_synsent_state_process), so that data may carry it.
#include <netinet/tcp.h>

#include "scenarios/backlog/defer_accept.h"

namespace halfopen::backlog {
namespace {

SCENARIO(DeferAccept, TimeIsRoundedUpToTheNextSynAck,
         .verdict =
             "TCP_DEFER_ACCEPT of 2 s means 3: seconds are rounded up to the SYN-ACK schedule "
             "(1, 3, 7, 15, 31, 63, 127, 247), as getsockopt() tells.",
         .source = "secs_to_retrans(), retrans_to_secs() (net/ipv4/tcp.c)") {
  Socket listener = ServerHost().Listen();
  const bool set = Cause("TCP_DEFER_ACCEPT");
  const auto kept = [&](std::chrono::seconds time) {
    if (set) listener.Set(DeferAccept{time});
    return listener.GetOption(IPPROTO_TCP, TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT");
  };
  EXPECT_EQ(kept(0s), 0);
  EXPECT_EQ(kept(1s), 1);
  EXPECT_EQ(kept(2s), 3);
  EXPECT_EQ(kept(3s), 3);
  EXPECT_EQ(kept(4s), 7);
  EXPECT_EQ(kept(30s), 31);
  EXPECT_EQ(kept(64s), 127);
  EXPECT_EQ(kept(128s), 247);
}

SCENARIO(DeferAccept, OnAClientDataCarriesTheLastAck,
         .verdict =
             "On a client TCP_DEFER_ACCEPT saves a packet: the handshake's last ACK goes out "
             "with the first data.",
         .source = "tcp_rcv_synsent_state_process() (net/ipv4/tcp_input.c)") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  if (Cause("TCP_DEFER_ACCEPT on the client")) client.Set(DeferAccept{1s});
  EXPECT_THAT(client.Connect(ServerHost()), Returns(0).AtOnce());
  EXPECT_THAT(client.Send("ping"), Returns(4));

  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
      quiet 300ms
  )"));
}

SCENARIO(DeferAccept, OnASilentClientTheLastAckIsLate,
         .verdict =
             "A client with TCP_DEFER_ACCEPT that sends nothing keeps the server in SYN-RECV "
             "for 200 ms: its ACK is delayed.",
         .source = "tcp_rcv_synsent_state_process(); TCP_DELACK_MAX (include/net/tcp.h)") {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket();
  if (Cause("TCP_DEFER_ACCEPT on the client")) client.Set(DeferAccept{1s});
  const Call connected = client.Connect(ServerHost());
  EXPECT_THAT(connected, Returns(0).AtOnce());
  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);

  Socket server = listener.Accept();
  EXPECT_THAT(server.origin(), Succeeds().After(200ms).Since(connected.begin));
  EXPECT_THAT(Wire(), Shows(R"(
              client > server  S   0:0(0)
              server > client  S.  0:0(0) ack 1
      +200ms  client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::backlog

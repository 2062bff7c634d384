// SPDX-License-Identifier: GPL-2.0-or-later
// A new connection between the same two ports while the server still has the old one in TIME-WAIT.
//
// A SYN that is newer than all that TIME-WAIT has seen, by its number or its timestamp, begins a
// new connection (RFC 9293 3.10.7.4, RFC 6191; TCP_TW_SYN in tcp_timewait_state_process), and the
// server's own numbers go on where the old ones ended. So a busy client that comes around to a port
// again within the minute is not kept waiting, as long as the server closed first.
//
// If nobody listens any more, TIME-WAIT answers as to an old SYN. The client, in SYN-SENT, finds
// the acknowledgment absurd, resets, and sends its SYN again at once (TCP_TIMEOUT_MIN, two jiffies,
// and not the second of a lost SYN; tcp_rcv_synsent_state_process), now to a host without
// TIME-WAIT.
#include <vector>

#include "harness/expect/window.h"
#include "scenarios/close/close.h"

namespace halfopen {
namespace {

std::vector<int> FlagsOf(const WireView& wire) {
  std::vector<int> flags;
  for (const WirePacket& packet : wire.Packets()) flags.push_back(packet.packet.flags);
  return flags;
}

SCENARIO(TimeWait, NewSynFromTheSamePortIsAccepted,
         .verdict =
             "A newer SYN into the server's TIME-WAIT is accepted at once: connect() from the "
             "same port returns 0.",
         .source = "RFC 9293 3.10.7.4; RFC 6191; tcp_timewait_state_process") {
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(server, client, Cause("the server closes first")).state,
            TcpState::kTimeWait);
  const Endpoint port = client.local();

  Socket listener = ServerHost().Listen();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Bind(port), Returns(0));
  ASSERT_THAT(again.Connect(ServerHost()), Returns(0).AtOnce());
  Socket accepted = listener.Accept("server");
  EXPECT_EQ(accepted.remote(), port);
  EXPECT_EQ(accepted.Snapshot().state, TcpState::kEstablished);

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
      client > server  .   1:1(0) ack 2
      client > server  F.  1:1(0) ack 2
      server > client  .   2:2(0) ack 2
      handshake
      quiet 200ms
  )"));
}

SCENARIO(TimeWait, NewSynWithoutAListenerIsRefusedTheSecondTime,
         .verdict =
             "A new SYN into TIME-WAIT of a port that nobody listens on is acknowledged first; "
             "connect() fails with ECONNREFUSED for the second one, two jiffies later.",
         .source = "RFC 9293 3.10.7.3; tcp_rcv_synsent_state_process (net/ipv4/tcp_input.c)") {
  auto [client, server] = Connect();
  ASSERT_EQ(CloseInOrder(server, client, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  const TimePoint begin = Clock::now();
  Socket again = ClientHost().NewSocket("client");
  EXPECT_THAT(again.Bind(client.local()), Returns(0));
  EXPECT_THAT(again.Connect(ServerHost()),
              FailsWith(ECONNREFUSED).After(2 * KernelWheel().Jiffy()));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose) << "the RST has ended TIME-WAIT";

  EXPECT_THAT(FlagsOf(Wire().Since(begin)),
              testing::ElementsAre(kSyn, kAck, kRst, kSyn, kRst | kAck));
}

}  // namespace
}  // namespace halfopen

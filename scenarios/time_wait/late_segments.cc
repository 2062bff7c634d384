// SPDX-License-Identifier: GPL-2.0-or-later
// Late duplicates that meet TIME-WAIT, and how it is assassinated (RFC 1337).
//
// TIME-WAIT answers an old SYN and old data with the acknowledgment of what it has (RFC 9293
// 3.10.7.4; tcp_timewait_state_process, net/ipv4/tcp_minisocks.c). The peer has no socket any more
// and answers that with a RST, whose number is exactly the expected one: TIME-WAIT ends, long
// before its minute. With net.ipv4.tcp_rfc1337 it ignores the RST and waits on. A RST with any
// other number it ignores anyway. The duplicates are the connection's own segments, sent once more.
#include <algorithm>
#include <string>

#include "scenarios/close/close.h"

namespace halfopen {
namespace {

constexpr char kRfc1337Document[] =
    "ip-sysctl.rst says that an unset tcp_rfc1337 prevents the assassination of TIME-WAIT; it is "
    "the "
    "set one that does.";

// The client speaks; then the server closes first: how it is left.
SocketSnapshot SpeakAndClose(Socket& client, Socket& server, bool server_closes) {
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; }, "acknowledged");
  return CloseInOrder(server, client, server_closes);
}

// The first packet that the client sent with `flag`.
WirePacket FirstOf(const WireView& wire, std::uint8_t flag) {
  const std::vector<WirePacket> packets = wire.SentBy("client").Packets();
  const auto found = std::ranges::find_if(
      packets, [flag](const WirePacket& packet) { return (packet.packet.flags & flag) != 0; });
  return found == packets.end() ? WirePacket{} : *found;
}

SCENARIO(TimeWait, OldSynDrawsAnAckWhoseResetEndsIt,
         .verdict =
             "An old SYN into TIME-WAIT is acknowledged, the peer answers with RST, and "
             "TIME-WAIT is gone before its minute is over.",
         .source = "RFC 1337 2; tcp_timewait_state_process (net/ipv4/tcp_minisocks.c)") {
  auto [client, server] = Connect();
  ASSERT_EQ(SpeakAndClose(client, server, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  const TimePoint begin = Clock::now();
  const Segment old = DuplicateOf(FirstOf(Wire(), kSyn));
  if (Cause("an old SYN comes late")) Inject(ClientHost(), old);
  EXPECT_THAT(Wire().Since(begin), Shows(R"(
      client > server  S  0:0(0)
      server > client  .  2:2(0) ack 6
      client > server  R  6:6(0)
      quiet 200ms
  )"));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose);
}

constexpr char kOldDataDrawsAReset[] = R"(
    client > server  P.  1:5(4) ack 1
    server > client  .   2:2(0) ack 6
    client > server  R   6:6(0)
    quiet 200ms
)";

SCENARIO(TimeWait, OldDataDrawsAnAckWhoseResetEndsIt,
         .verdict =
             "Old data into TIME-WAIT is acknowledged, the peer answers with RST, and "
             "TIME-WAIT is gone before its minute is over.",
         .source = "RFC 1337 2; tcp_timewait_state_process (net/ipv4/tcp_minisocks.c)",
         .outdated = kRfc1337Document) {
  auto [client, server] = Connect();
  ASSERT_EQ(SpeakAndClose(client, server, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  const TimePoint begin = Clock::now();
  const Segment old = DuplicateOf(FirstOf(Wire(), kPsh), "ping");
  if (Cause("old data comes late")) Inject(ClientHost(), old);
  EXPECT_THAT(Wire().Since(begin), Shows(kOldDataDrawsAReset));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose);
}

SCENARIO(TimeWait, Rfc1337SurvivesTheReset,
         .verdict =
             "With tcp_rfc1337 = 1, TIME-WAIT ignores the RST that its acknowledgment of old "
             "data draws, and lasts its minute.",
         .source = "RFC 1337 4; tcp_timewait_state_process (net/ipv4/tcp_minisocks.c)",
         .outdated = kRfc1337Document) {
  if (Cause("tcp_rfc1337 is set")) ServerHost().sysctls().Set("net.ipv4.tcp_rfc1337", 1);
  auto [client, server] = Connect();
  ASSERT_EQ(SpeakAndClose(client, server, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  const TimePoint begin = Clock::now();
  const Segment old = DuplicateOf(FirstOf(Wire(), kPsh), "ping");
  if (Cause("old data comes late")) Inject(ClientHost(), old);
  EXPECT_THAT(Wire().Since(begin), Shows(kOldDataDrawsAReset));
  EXPECT_EQ(server.Snapshot().state, TcpState::kTimeWait);
}

SCENARIO(TimeWait, OnlyTheExpectedNumberOfAResetEndsIt,
         .verdict =
             "A RST into TIME-WAIT is ignored unless its number is exactly the expected one; "
             "that one ends it.",
         .source = "RFC 5961 3.2; tcp_timewait_state_process (net/ipv4/tcp_minisocks.c)") {
  auto [client, server] = Connect();
  ASSERT_EQ(SpeakAndClose(client, server, Cause("the server closes first")).state,
            TcpState::kTimeWait);

  const TimePoint begin = Clock::now();
  Segment reset = DuplicateOf(FirstOf(Wire(), kFin));
  reset.flags = kRst;  // with the number of the FIN: one less than is expected
  Inject(ClientHost(), reset);
  EXPECT_THAT(Wire().Since(begin), Shows("client > server  R  5:5(0)"));
  EXPECT_EQ(server.Snapshot().state, TcpState::kTimeWait);
  ++reset.sequence;
  if (Cause("a RST comes with the expected number")) Inject(ClientHost(), reset);
  EXPECT_THAT(Wire().Since(begin), Shows(R"(
      client > server  R  5:5(0)
      client > server  R  6:6(0)
      quiet 200ms
  )"));
  EXPECT_EQ(server.Snapshot().state, TcpState::kClose);
}

}  // namespace
}  // namespace halfopen

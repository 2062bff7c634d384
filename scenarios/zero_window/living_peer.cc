// SPDX-License-Identifier: GPL-2.0-or-later
// Zero window, and a peer that lives: it does not read, for as long as it likes.
//
// Each probe that is answered clears the count of unanswered ones (tcp_ack), so that no number of
// them ends the connection: RFC 1122 4.2.2.17 asks for that, RFC 9293 3.8.6.1 still does. The
// sender is told nothing; its send() just blocks. The interval grows to 120 s (TCP_RTO_MAX), by
// tcp_retries2 doublings at most. An answer to a probe is a challenge of a number out of the
// window, and of those Linux sends one in half a second (tcp_invalid_ratelimit, TCPACKSkippedSeq):
// the second probe comes too early for one. When the reader wakes, its window update starts the
// data again at once.
#include <poll.h>

#include <chrono>
#include <numeric>

#include "scenarios/zero_window/zero_window.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Pair;

// Reads all that the client sends.
std::string ReadAll(Socket& server) {
  std::string all;
  while (all.size() < kTooMuch) {
    const Call read = server.Recv(kTooMuch);
    if (read.result <= 0) break;
    all += read.data;
  }
  return all;
}

SCENARIO(ZeroWindow, LivingPeerKeepsTheWriterWaiting,
         .verdict =
             "A living peer that does not read keeps the writer waiting for ever: each answered "
             "probe clears the count.",
         .source = "RFC 9293 3.8.6.1; tcp_send_probe0(), tcp_ack()") {
  auto [client, server] = ConnectToSmallBuffer(ClientHost(), ServerHost());
  const Counters before = CountersOf(ClientHost());
  const Counters servers_before = CountersOf(ServerHost());
  const std::string data(kTooMuch, 'x');
  client.Set(SendBuffer{4096});
  PendingCall write = client.StartSend(data);
  if (!Cause("the server does not read")) ReadAll(server);

  const SocketSnapshot closed = AwaitPersistTimer(client, 0);
  ASSERT_THAT(closed, ShowsPersistTimer(0, 0));
  const WirePacket closing = FindClosing(Wire());
  const auto schedule =
      Timers::ProbeBackoff(closed.rto, Times().retries2, Times().zero_window_probes);
  // The application waits for an answer meanwhile, and is told of nothing.
  const Duration total = std::accumulate(schedule.begin(), schedule.end(), Duration(0));
  EXPECT_THAT(client.Poll(POLLIN, std::chrono::floor<std::chrono::milliseconds>(total)),
              Returns(0));
  AwaitPackets([&](const auto& packet) { return IsProbeOf(packet, closing.acknowledgment); },
               schedule.size(), "probes");
  EXPECT_THAT(AwaitPersistTimer(client, 0), ShowsPersistTimer(0, Times().retries2));
  EXPECT_FALSE(write.Done());
  EXPECT_THAT(Wire().Since(closing.time),
              Shows(ClosingAndAnsweredProbes(closing.acknowledgment, schedule)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              Contains(Pair("TcpExt.TCPWinProbe", Times().zero_window_probes)));
  EXPECT_THAT(
      CountersOf(ServerHost()).Since(servers_before),
      IsSupersetOf({Pair("TcpExt.TCPToZeroWindowAdv", 1), Pair("TcpExt.TCPACKSkippedSeq", 1)}));

  EXPECT_EQ(ReadAll(server), data);
  EXPECT_THAT(write.Wait(), Returns(kTooMuch));
}

}  // namespace
}  // namespace halfopen

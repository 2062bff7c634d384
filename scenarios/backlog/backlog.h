// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_BACKLOG_BACKLOG_H_
#define HALFOPEN_SCENARIOS_BACKLOG_BACKLOG_H_

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/scenario.h"
#include "scenarios/handshake.h"

// What the stories of full queues share. A listener has two of them: the SYN queue holds requests
// that wait for the last ACK of their handshake (SYN-RECV), the accept queue the connections that
// wait for accept(2). listen(fd, n) limits both: each is full with n + 1 (sk_acceptq_is_full,
// inet_csk_reqsk_queue_is_full), so a listener takes one connection more than it was told.
namespace halfopen::backlog {

using namespace handshake;  // NOLINT: the words of these stories

// The length and the limit of a listener's accept queue: ss shows them as its Recv-Q and Send-Q.
MATCHER_P2(AcceptQueueIs, length, limit,
           fmt::format("a listener with {} in its accept queue, limit {}", length, limit)) {
  return arg.state == TcpState::kListen && arg.receive_queue == static_cast<unsigned>(length) &&
         arg.send_queue == static_cast<unsigned>(limit);
}

// By how much the counters of full queues have grown since `before`; those that did not are left
// out. ListenOverflows: the accept queue was full. ListenDrops: a SYN or a last ACK was ignored for
// any reason, full queues among them, although netstat(8) speaks of SYNs alone. EmbryonicRsts: a
// request ended by a RST, received or sent. TCPReqQFull…: the SYN queue was full.
inline std::map<std::string, std::int64_t> Counted(const Host& host, const Counters& before) {
  const Counters now = Counters::Read(host.network());
  std::map<std::string, std::int64_t> grown;
  for (const char* name :
       {"ListenOverflows", "ListenDrops", "EmbryonicRsts", "TCPReqQFullDoCookies",
        "TCPReqQFullDrop", "SyncookiesSent", "SyncookiesRecv"}) {
    const std::int64_t growth = now.Get(name) - before.Get(name);
    if (growth != 0) grown[name] = growth;
  }
  return grown;
}

// `packets` were ignored because the accept queue was full, and nothing else was counted.
inline auto Ignored(int packets) {
  using testing::Pair;
  return testing::UnorderedElementsAre(Pair("ListenOverflows", packets),
                                       Pair("ListenDrops", packets));
}

// Blocks until the listener's host has ignored `packets` since `before`.
inline void AwaitIgnored(Socket& listener, const Counters& before, int packets) {
  listener.Await(
      [&](const SocketSnapshot&) {
        return Counted(listener.host(), before)["ListenDrops"] >= packets;
      },
      fmt::format("{} ignored", packets));
}

// Blocks until `connections` wait for accept(2).
inline void AwaitWaiting(Socket& listener, unsigned connections) {
  listener.Await(
      [connections](const SocketSnapshot& now) { return now.receive_queue >= connections; },
      fmt::format("{} in the accept queue", connections));
}

// Connects "first", "second", … one after the other, none of which anyone accepts.
inline std::vector<Socket> Fill(Host& clients, Socket& listener, std::size_t connections) {
  const unsigned waiting = listener.Snapshot().receive_queue;
  std::vector<Socket> sockets;
  for (const char* label : {"first", "second"}) {
    if (sockets.size() == connections) break;
    Socket& client = sockets.emplace_back(clients.NewSocket(label));
    EXPECT_THAT(client.Connect(listener.host()), Returns(0));
    AwaitWaiting(listener, waiting + static_cast<unsigned>(sockets.size()));
  }
  return sockets;
}

// The first `count` of these intervals.
inline std::vector<Duration> First(const std::vector<Duration>& intervals, std::ptrdiff_t count) {
  return {intervals.begin(), intervals.begin() + count};
}

}  // namespace halfopen::backlog

#endif  // HALFOPEN_SCENARIOS_BACKLOG_BACKLOG_H_

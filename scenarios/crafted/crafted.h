// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_CRAFTED_CRAFTED_H_
#define HALFOPEN_SCENARIOS_CRAFTED_CRAFTED_H_

#include <sys/socket.h>

#include "harness/craft/crafted_peer.h"
#include "harness/scenario.h"
#include "netns/error.h"

// What stories of crafted peers share.
namespace halfopen {

// A socket of `host` that is connected to the crafted server, which listens.
inline Socket ConnectedTo(const CraftedPeer& server, Host& host) {
  Socket client = host.NewSocket("client");
  if (const Call call = client.Connect(server.local()); call.error != 0) {
    throw EnvironmentError("connect", "a crafted server", call.error);
  }
  return client;
}

// recv(2) of what is there already: a story that waited for it would wait for good in its control
// run.
inline Call RecvNow(Socket& socket) { return socket.Recv(Socket::kReceiveSize, MSG_DONTWAIT); }

// Counters that are exactly so; those that are not named do not matter.
inline auto Counted(const Counters::Values& expected) {
  using testing::Pair;
  std::vector<std::pair<const std::string, std::int64_t>> pairs(expected.begin(), expected.end());
  return testing::IsSupersetOf(pairs);
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_CRAFTED_CRAFTED_H_

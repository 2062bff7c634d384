// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_SYN_RETRY_SYN_RETRY_H_
#define HALFOPEN_SCENARIOS_SYN_RETRY_SYN_RETRY_H_

#include <string>
#include <vector>

#include "harness/record/packet.h"
#include "harness/scenario.h"

// What the stories of this folder share.
namespace halfopen {

// A SYN to port 80, but no SYN-ACK; a SYN-ACK from it (iptables' --tcp-flags SYN,RST,ACK SYN,ACK);
// a RST from it.
inline Rule SynTo80() { return Input().ToPort(80).TcpFlags(kSyn | kAck, kSyn); }
inline Rule SynAckFrom80() {
  return Input().FromPort(80).TcpFlags(kSyn | kRst | kAck, kSyn | kAck);
}
inline Rule ResetFrom80() { return Input().FromPort(80).TcpFlags(kRst, kRst); }

// For "+backoff … *more", the retransmissions of a schedule: each has a time of its own, and the
// last interval has none.
inline Binding Backoff(std::vector<Duration> schedule) {
  schedule.pop_back();
  return Bind("backoff", std::move(schedule));
}
inline Binding More(const std::vector<Duration>& schedule) {
  return Bind("more", static_cast<int>(schedule.size()) - 1);
}

// What a failed connect() of this schedule leaves in the client's counters (nstat(8)): every
// timer counts as a timeout, the last one too, which sends nothing.
inline auto CountsATimedOutConnect(const std::vector<Duration>& schedule) {
  using testing::Pair;
  const auto timeouts = static_cast<int>(schedule.size());
  return testing::IsSupersetOf({
      Pair("TcpExt.TCPTimeouts", timeouts),
      Pair("TcpExt.TCPSynRetrans", timeouts - 1),
      Pair("Tcp.RetransSegs", timeouts - 1),
      Pair("TcpExt.TCPAbortOnTimeout", 1),
      Pair("Tcp.ActiveOpens", 1),
      Pair("Tcp.AttemptFails", 1),
  });
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_SYN_RETRY_SYN_RETRY_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_CALLS_H_
#define HALFOPEN_HARNESS_EXPECT_CALLS_H_

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/call.h"
#include "harness/expect/mutation_trial.h"
#include "harness/expect/window.h"
#include "netns/clock.h"

namespace halfopen {

// Holds a call against what it should have returned. Immutable, so thread-safe.
//
//   EXPECT_THAT(client.Send("ping"), Returns(4));
//   EXPECT_THAT(client.Recv(), FailsWith(ETIMEDOUT).After(keepalive.Schedule()));
//
// A failure reads:
//   Expected: fails with ECONNRESET (Connection reset by peer)
//     Actual: client: recv(4096) = -1 ETIMEDOUT (Connection timed out), after 4.012s
class CallMatcher {
 public:
  using is_gtest_matcher = void;

  CallMatcher(std::optional<long> result, int error) : result_(result), error_(error) {}

  // The call also blocked for `timer`: at least that, and at most as much longer as the kernel's
  // timer wheel (and the machine's own stalls) allow.
  CallMatcher After(Duration timer) const { return After(std::vector<Duration>{timer}); }
  // The same for several timers that ran one after the other.
  CallMatcher After(std::vector<Duration> timers) const;
  // The timers, or what it returned at once for, began at `begin`, and not with the call.
  CallMatcher Since(TimePoint begin) const;
  // The call also returned without waiting for any timer: sooner than the shortest one that TCP
  // has, the delayed acknowledgment's 40 ms (TCP_DELACK_MIN), stalls aside.
  CallMatcher AtOnce() const;

  bool MatchAndExplain(const Call& call, std::ostream* explanation) const {
    return MatchWithMutants(*this, call, explanation);
  }
  void DescribeTo(std::ostream* out) const;
  void DescribeNegationTo(std::ostream* out) const;

  // For mutation runs (MatchWithMutants).
  const MatcherId& id() const { return id_; }
  bool Holds(const Call& call, std::ostream* explanation) const;
  std::vector<MutantOf<CallMatcher>> Mutants(const Call& call) const;

 private:
  // When a call as this one may have ended; none if its time is not judged.
  std::optional<Window> WindowOf(const Call& call) const;
  // What it returned, without the time.
  void DescribeOutcome(std::ostream& out) const;

  MatcherId id_;
  std::optional<long> result_;  // none: any value but -1
  int error_;                   // expected errno, or 0 for success
  std::vector<Duration> timers_;
  std::optional<TimePoint> begin_;  // of the timers; none: of the call
  bool at_once_ = false;
};

// The call returned exactly `result`, without error.
CallMatcher Returns(long result);
// The call succeeded, whatever it returned.
CallMatcher Succeeds();
// The call returned -1 with this errno.
CallMatcher FailsWith(int error);
// A receiving call delivered exactly `bytes`.
class ReceivesMatcher {
 public:
  using is_gtest_matcher = void;
  explicit ReceivesMatcher(std::string bytes) : bytes_(std::move(bytes)) {}
  bool MatchAndExplain(const Call& call, std::ostream* explanation) const {
    return MatchWithMutants(*this, call, explanation);
  }
  void DescribeTo(std::ostream* out) const;
  void DescribeNegationTo(std::ostream* out) const;

  // For mutation runs (MatchWithMutants).
  const MatcherId& id() const { return id_; }
  bool Holds(const Call& call, std::ostream* explanation) const;
  std::vector<MutantOf<ReceivesMatcher>> Mutants(const Call& call) const;

 private:
  MatcherId id_;
  std::string bytes_;
};
inline ReceivesMatcher Receives(std::string bytes) { return ReceivesMatcher(std::move(bytes)); }
// A receiving call reached the end of the stream: it returned 0.
inline CallMatcher EndsStream() { return Returns(0); }

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_CALLS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <sstream>

#include "harness/expect/calls.h"
#include "harness/expect/lateness.h"
#include "harness/expect/time_mutants.h"
#include "netns/error.h"

namespace halfopen {
namespace {

// An errno that TCP might as well report.
int OtherErrno(int error) { return error == ECONNRESET ? EPIPE : ECONNRESET; }

}  // namespace

std::vector<MutantOf<CallMatcher>> CallMatcher::Mutants(const Call& call) const {
  std::vector<MutantOf<CallMatcher>> mutants;
  std::ostringstream plain;
  DescribeOutcome(plain);
  const auto add = [&](const std::string& change, const std::function<void(CallMatcher&)>& apply) {
    CallMatcher mutant = *this;
    apply(mutant);
    mutants.push_back({plain.str(), change, [mutant] { return mutant; }});
  };
  const int other = OtherErrno(error_);
  add(ErrnoName(other), [other](CallMatcher& mutant) { mutant.error_ = other; });
  if (error_ != 0) add("success", [](CallMatcher& mutant) { mutant.error_ = 0; });
  if (result_) {
    for (const long result : {*result_ - 1, *result_ + 1}) {
      add(fmt::format("returns {}", result),
          [result](CallMatcher& mutant) { mutant.result_ = result; });
    }
  }
  const auto with = [&](const std::vector<Duration>& timers) {
    CallMatcher timed = *this;
    timed.at_once_ = false;
    timed.timers_ = timers;
    return timed;
  };
  const auto add_time = [&](const std::string& change, const std::vector<Duration>& timers) {
    add(change, [&](CallMatcher& mutant) { mutant = with(timers); });
  };
  const std::optional<Window> window = WindowOf(call);
  if (!window) return mutants;
  const Duration ahead = JiffiesBehind(begin_.value_or(call.begin));
  if (at_once_) {
    const Duration rto = std::chrono::milliseconds(200);  // TCP_RTO_MIN
    if (window->latest < rto - ahead) add_time("after 200ms", {rto});
    return mutants;
  }
  for (const TimeMutant& time : TimeMutants(
           timers_, *window, ahead, [&](const auto& t) { return *with(t).WindowOf(call); })) {
    add_time(time.change, time.timers);
  }
  return mutants;
}

std::vector<MutantOf<ReceivesMatcher>> ReceivesMatcher::Mutants(const Call&) const {
  std::vector<MutantOf<ReceivesMatcher>> mutants;
  std::ostringstream plain;
  DescribeTo(&plain);
  const auto add = [&](const std::string& change, const std::string& bytes) {
    ReceivesMatcher mutant = *this;
    mutant.bytes_ = bytes;
    mutants.push_back({plain.str(), change, [mutant] { return mutant; }});
  };
  add("one byte more", bytes_ + "\n");
  if (bytes_.empty()) return mutants;
  add("one byte fewer", bytes_.substr(1));
  std::string other = bytes_;
  other.back() = static_cast<char>(other.back() ^ 1);
  add("another last byte", other);
  return mutants;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/calls.h"

#include <chrono>

#include "fixtures/run_delay.h"
#include "harness/expect/duration_text.h"
#include "harness/expect/lateness.h"
#include "harness/expect/timing.h"
#include "harness/record/run_delays.h"
#include "netns/error.h"

namespace halfopen {
namespace {

// TCP_DELACK_MIN (include/net/tcp.h), the shortest timer that could have delayed an answer.
constexpr std::chrono::milliseconds kShortestTimer{40};

// GoogleTest passes no stream when it only wants to know whether something matches.
void Explain(std::ostream* explanation, const std::string& text) {
  if (explanation != nullptr) *explanation << text;
}

// No timer of the kernel's runs out before such an answer.
Window WindowOfAnAnswer(TimePoint begin, TimePoint seen) {
  return Window{Duration(0), kShortestTimer - Duration(1)}.WidenedBy(StallBetween(begin, seen) +
                                                                     RunDelayAround(begin, seen));
}

bool JudgeTime(const Window& window, TimePoint begin, const Call& call, std::ostream* explanation) {
  const Timing timing{.seen = call.end,
                      .what = call.ToString(),
                      .nominal = window.nominal,
                      .measured = call.end - begin,
                      .bound = window.latest,
                      .ahead = JiffiesBehind(begin)};
  // With a stream it is asked for the second time.
  if (explanation == nullptr) Tell(timing);
  Explain(explanation, timing.ToString());
  return timing.held();
}

}  // namespace

CallMatcher CallMatcher::After(std::vector<Duration> timers) const {
  CallMatcher timed = *this;
  timed.timers_ = std::move(timers);
  return timed;
}

CallMatcher CallMatcher::Since(TimePoint begin) const {
  CallMatcher timed = *this;
  timed.begin_ = begin;
  return timed;
}

CallMatcher CallMatcher::AtOnce() const {
  CallMatcher timed = *this;
  timed.at_once_ = true;
  return timed;
}

std::optional<Window> CallMatcher::WindowOf(const Call& call) const {
  if (!at_once_ && timers_.empty()) return std::nullopt;
  const TimePoint begin = begin_.value_or(call.begin);
  const Window window =
      at_once_ ? WindowOfAnAnswer(begin, call.end) : WindowFor(timers_, begin, call.end);
  // What the story did then, on the thread that asks now.
  return begin_ ? window.WidenedBy(RunDelaySince(*begin_)) : window;
}

bool CallMatcher::Holds(const Call& call, std::ostream* explanation) const {
  if (!call.made) return false;
  if (call.error != error_) {
    Explain(explanation, "after " + DurationText(call.Elapsed()));
    return false;
  }
  if (error_ == 0 && result_ && call.result != *result_) return false;
  const std::optional<Window> window = WindowOf(call);
  return !window || JudgeTime(*window, begin_.value_or(call.begin), call, explanation);
}

void CallMatcher::DescribeOutcome(std::ostream& out) const {
  if (error_ != 0) {
    out << "fails with " << ErrnoName(error_) << " (" << ErrnoText(error_) << ")";
  } else if (result_) {
    out << "returns " << *result_;
  } else {
    out << "succeeds";
  }
}

void CallMatcher::DescribeTo(std::ostream* out) const {
  DescribeOutcome(*out);
  if (at_once_) *out << " at once";
  if (!timers_.empty()) {
    Duration total{};
    for (const Duration timer : timers_) total += timer;
    *out << " after " << DurationText(total);
  }
}

void CallMatcher::DescribeNegationTo(std::ostream* out) const {
  *out << "is not a call that ";
  DescribeTo(out);
}

CallMatcher Returns(long result) { return {result, 0}; }
CallMatcher Succeeds() { return {std::nullopt, 0}; }
CallMatcher FailsWith(int error) { return {std::nullopt, error}; }

bool ReceivesMatcher::Holds(const Call& call, std::ostream*) const {
  return call.made && call.error == 0 && call.data == bytes_;
}

void ReceivesMatcher::DescribeTo(std::ostream* out) const { *out << "receives " << Quoted(bytes_); }

void ReceivesMatcher::DescribeNegationTo(std::ostream* out) const {
  *out << "does not receive " << Quoted(bytes_);
}

}  // namespace halfopen

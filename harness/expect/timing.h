// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_TIMING_H_
#define HALFOPEN_HARNESS_EXPECT_TIMING_H_

#include <functional>
#include <optional>
#include <string>

#include "netns/clock.h"

namespace halfopen {

// A time that an expectation has judged, right or not: right is nominal - ahead <= measured <=
// bound.
struct Timing {
  TimePoint seen;    // when what is judged was seen
  std::string what;  // in the timeline's words: a packet, a call, "quiet 200ms"
  Duration nominal{0};
  Duration measured{0};
  std::optional<Duration> bound;  // none: the longer the better (a quiet)
  Duration ahead{0};              // JiffiesBehind() when the timer was armed

  bool early() const { return measured + ahead < nominal; }
  bool late() const { return bound.has_value() && measured > *bound; }
  bool held() const { return !early() && !late(); }
  // "nominal 1s, measured 1.031s, at most 1.032s"
  std::string ToString() const;
};

// Every judged time goes to the keeper of the running scenario's evidence, if there is one. Both
// functions are thread-safe; the keeper is called under their lock.
using TimingKeeper = std::function<void(const Timing&)>;
void KeepTimings(TimingKeeper keeper);
void Tell(const Timing& timing);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_TIMING_H_

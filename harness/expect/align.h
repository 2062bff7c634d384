// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_ALIGN_H_
#define HALFOPEN_HARNESS_EXPECT_ALIGN_H_

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/expect/align_expand.h"
#include "harness/expect/notation.h"
#include "harness/expect/timing.h"
#include "harness/timeline/wire_packet.h"
#include "netns/clock.h"

namespace halfopen {

// What was seen.
struct Record {
  std::span<const WirePacket> packets;  // ordered by time
  TimePoint end;                        // the record is complete up to here
  // How much later than `nominal` a timer that ran from `from` to `to` may fire. None: not at all.
  std::function<Duration(Duration nominal, TimePoint from, TimePoint to)> lateness;
  // By how much something armed at that time may be early (JiffiesBehind); none: not at all.
  std::function<Duration(TimePoint armed)> ahead = nullptr;
};

// A field of a packet that is not as the script says, in the script's words.
struct FieldDifference {
  std::string expected;  // "ack 1"
  std::string actual;    // "ack 2"
};

// A time that is not as the script says: late if `measured` is more than `bound`, else early.
struct TimeDifference {
  Duration nominal{0};
  Duration measured{0};
  Duration bound{0};
  bool late() const { return measured > bound; }
};

// A packet of the record, an expected one, or both as they belong together.
struct JudgedLine {
  std::optional<std::size_t> packet;    // index in the record; none: missing
  std::optional<std::size_t> expected;  // index in the expectation; none: extra
  std::vector<FieldDifference> differences;
  std::optional<TimeDifference> time;   // the line's "+time" is violated
  std::optional<TimeDifference> quiet;  // the quiet in front is violated: nominal and measured

  bool missing() const { return !packet.has_value(); }
  bool extra() const { return !expected.has_value(); }
  bool late() const { return time.has_value() && time->late(); }
  bool early() const {
    return !extra() && (quiet.has_value() || (time.has_value() && !time->late()));
  }
  bool different() const { return !differences.empty(); }
  bool as_expected() const { return !missing() && !extra() && !late() && !early() && !different(); }
};

// A record held against a script. Optional packets that did not occur have no line.
struct Judgement {
  Expectation expectation;
  std::vector<JudgedLine> lines;
  std::optional<TimeDifference> unfinished_quiet;  // the record ends within the last quiet
  std::vector<Timing> timings;                     // every "+time" and quiet, right ones too

  int missing = 0;
  int extra = 0;
  int late = 0;
  int early = 0;  // with the unfinished quiet
  int different = 0;

  bool as_expected() const { return missing + extra + late + early + different == 0; }
};

// Aligns the whole record with the whole script once, so that as little as possible is missing,
// extra or different. A packet is different, and not one missing and one extra, if its ends, flags
// and sequence range are right, or its ICMP message.
//
// Times are one-sided, as timers fire late and never early. A packet's time runs from the previous
// packet of the same sender (timers belong to a host, and its own packets arm them), or if there is
// none, from the previous packet. It is late if more than nominal + lateness passed since then. It
// is early if less than nominal - ahead passed since the start of the exchange that this packet
// belongs to (packets less than 1 ms apart), as the timer may have been armed by what the packet
// answered.
//
// Throws NotationError for a name that is not bound as it is used. Thread-safe; takes one byte for
// every pair of an expected and a recorded packet.
Judgement Judge(const Script& script, std::span<const Binding> bindings, const Record& record);
// The same of a script that is expanded already.
Judgement Judge(Expectation expectation, const Record& record);

// How long the record has to go on behind its last packet: the longest quiet that no required
// packet follows. Throws NotationError.
Duration TrailingQuiet(const Script& script, std::span<const Binding> bindings);

// How many packets the script expects without the optional ones. Throws NotationError.
std::size_t RequiredPackets(const Script& script, std::span<const Binding> bindings);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_ALIGN_H_

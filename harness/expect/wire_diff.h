// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_WIRE_DIFF_H_
#define HALFOPEN_HARNESS_EXPECT_WIRE_DIFF_H_

#include <span>
#include <string>
#include <vector>

#include "harness/expect/align.h"
#include "harness/expect/notation_print.h"
#include "harness/expect/wire_difference.h"
#include "harness/timeline/wire_packet.h"
#include "netns/clock.h"

namespace halfopen {

// Something that happened beside the packets: a call, a fault armed. One line of text.
struct Annotation {
  TimePoint time;
  std::string text;
};

// "the wire differs (1 missing, 0 extra, 0 late, 0 early, 0 different)", or "the wire is as
// expected".
std::string Summarize(const Judgement& judgement);

// The summary and below it the whole record, one packet a line, with seconds since its first one:
//
//   the wire differs (1 missing, 0 extra, 0 late, 0 early, 0 different)
//       0.000000 client >  server  S   0:0(0)            ... handshake
//       1.031434 client >| server  .   0:0(0) ack 1
//    -  +1s      client >| server  .   0:0(0) ack 1      never seen; the next line came instead
//       3.079501 client: recv() = -1 ETIMEDOUT (Connection timed out)
//
// "-" marks what is missing, "+" what is extra, "!" what is late, early or different, each with its
// reason. A handshake as expected is folded into its first line. `annotations` are ordered by time.
// No newline behind the last line. Thread-safe.
std::string PrintDiff(const Judgement& judgement, std::span<const WirePacket> packets,
                      std::span<const Annotation> annotations = {});

// The lines of PrintDiff that are marked, in its order; `end` is where a record without a packet
// ends. Thread-safe.
std::vector<WireDifference::Line> MarkedLines(const Judgement& judgement,
                                              std::span<const WirePacket> packets, TimePoint end);

// The packets as a script that the record matches, without times; one line each, with a newline
// behind every one. Thread-safe.
std::string PrintRecord(std::span<const WirePacket> packets, PrintFields fields = {});

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_WIRE_DIFF_H_

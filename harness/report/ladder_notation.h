// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_LADDER_NOTATION_H_
#define HALFOPEN_HARNESS_REPORT_LADDER_NOTATION_H_

#include <string>

namespace halfopen {

// Of a packet in notation, "client >| server  .   0:0(0) ack 1", what an arrow does not say
// itself: ".  0:0(0) ack 1"; and the labels of its two ends. Text that is no notation is left as it
// is, and has no labels.
std::string ArrowText(const std::string& notation);
std::string SenderIn(const std::string& notation);
std::string ReceiverIn(const std::string& notation);

// A rule as it was armed, without how often it has been hit: "tcp dport 80 counter packets 2 bytes
// 104 drop" -> "tcp dport 80 drop".
std::string WithoutCounter(const std::string& rule);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_LADDER_NOTATION_H_

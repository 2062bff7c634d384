// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_LADDER_CALL_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_LADDER_CALL_TEXT_H_

#include <string>

#include "harness/report/ladder.h"

namespace halfopen {

// A call in the few columns beside a lifeline: "connect(10.0.0.2:80)" and "= -1 ETIMEDOUT
// (Connection timed out)". Who calls stands before it unless the lifeline has its name, or it is
// `alone` there.
// What a program passes is cut short, and its descriptors are without their endpoints.
struct CallText {
  std::string call;
  std::string result;  // empty if it has not returned
};
CallText ShortCallText(const Ladder::Call& call, const std::string& lifeline, bool alone);

// Whether a call only prepares or asks, and so tells nothing of the story.
bool OnlyPrepares(const Ladder::Call& call);
// Whether a call has succeeded that returns nothing but 0.
bool OnlySucceeds(const Ladder::Call& call);
// Whether it waits for descriptors.
bool Polls(const Ladder::Call& call);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_LADDER_CALL_TEXT_H_

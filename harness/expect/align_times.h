// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_ALIGN_TIMES_H_
#define HALFOPEN_HARNESS_EXPECT_ALIGN_TIMES_H_

#include "harness/expect/align.h"

namespace halfopen {

// Holds the time of the record's packet at `index` against `nominal`, as Judge says. The first
// packet of the record is early: nothing armed a timer. `what` is not filled in.
Timing TimeOf(Duration nominal, std::size_t index, const Record& record);

// Holds the record against the expectation's quiets, each from the last expected packet in front of
// it to whatever packet comes next, or to the end of the record.
void CheckQuiets(const Record& record, Judgement& judgement);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_ALIGN_TIMES_H_

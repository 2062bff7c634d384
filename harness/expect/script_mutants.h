// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_SCRIPT_MUTANTS_H_
#define HALFOPEN_HARNESS_EXPECT_SCRIPT_MUTANTS_H_

#include <vector>

#include "harness/expect/align.h"
#include "harness/expect/mutant.h"
#include "harness/expect/notation.h"

namespace halfopen {

// The mutants of a script that a record is as expected by. Each changes one thing in one of its
// packets: there is one more or one fewer, it is swapped with the next one, or a field is another
// one. Of a line that repeats, that is the last packet, and of its times the first, too.
//
// Of an optional line it is all of its packets, and where optional packets leave open how many like
// one come, the counts are none and more than may come.
//
// Not among them are those that a record may well be as expected by, though it is by the script:
// fields that are not named; optional packets that did not come, or one more of them; a quiet that
// ends with the record (whatever comes behind is not in it); times whose windows overlap. `script`
// and `judgement` may go before the mutants do. Thread-safe.
std::vector<MutantOf<Expectation>> MutantsOf(const Script& script, const Judgement& judgement,
                                             const Record& record);

// How many packets of a record that is as expected came 40 ms (TCP_DELACK_MIN, the shortest of
// TCP's timers) or more behind the one before, at a time that the script does not hold.
std::size_t CountUntimed(const Judgement& judgement, const Record& record);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_SCRIPT_MUTANTS_H_

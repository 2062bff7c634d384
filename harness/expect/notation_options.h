// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_NOTATION_OPTIONS_H_
#define HALFOPEN_HARNESS_EXPECT_NOTATION_OPTIONS_H_

#include <span>

#include "harness/expect/notation_line.h"

namespace halfopen {

// True if `options` are those that the line names, in the same order. The edges of SACK blocks must
// be relative. Thread-safe.
bool Matches(const OptionPatterns& patterns, std::span<const TcpOption> options);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_NOTATION_OPTIONS_H_

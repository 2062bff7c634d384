// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_CRAFT_CRAFTED_LINE_H_
#define HALFOPEN_HARNESS_CRAFT_CRAFTED_LINE_H_

#include <vector>

#include "fixtures/crafted_connection.h"
#include "fixtures/segment.h"
#include "harness/expect/notation_line.h"

// Between the notation, whose numbers are relative, and segments, whose numbers are those on the
// wire. All functions are thread-safe.
namespace halfopen {

// What `line` says, as a segment of this end of the connection; CraftedConnection::Finish does the
// rest. What the line does not name: the acknowledgment is of everything that came in order, the
// window is the connection's, and there are no options but timestamps where both ends agreed on
// them. Throws NotationError for an option without a value that nothing can fill in.
Segment CraftedFrom(const Line& line, const CraftedConnection& connection);

// Whether the other end's `segment` is what `line` says; a field that is not named is not looked
// at.
bool IsSegment(const Line& line, const Segment& segment, const CraftedConnection& connection);

// The options of a line with their values. A timestamps option may be without: it is filled in when
// the segment is sent. SACK blocks are relative to `first`. Throws NotationError naming
// `line_number`.
std::vector<SegmentOption> CraftedOptionsFrom(const OptionPatterns& options, std::uint32_t first,
                                              int line_number);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_CRAFT_CRAFTED_LINE_H_

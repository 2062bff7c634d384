// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_DEVIATION_H_
#define HALFOPEN_HARNESS_EXPECT_DEVIATION_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/expect/kernel_version.h"

namespace halfopen {

// Something that some kernels do and others do not, as data beside the stories that it matters to:
// which kernels, what they do, and where that can be read.
//
//   const Deviation kLinearSyns = Known(
//       {.since = {"6.5"},
//        .reason = "SYNs go out again after 1, 1, 1, 1, 1, 2, 4, ... s, not after 1, 2, 4, ... s",
//        .source = "commit ccce324dabfe; ip-sysctl.rst, tcp_syn_linear_timeouts (4)"});
//
// A story asks Differs(kLinearSyns) and expects accordingly (harness/scenario.h): where the
// deviation applies, a kernel that behaves as without it fails the story.
struct Deviation {
  // The first kernels that have it: a release of mainline ("6.13"), from which on all have it, and
  // where it was backported, the first of each stable series ("6.1.120", "6.6.66"), which says
  // nothing of other series. Empty: every kernel that `before` does not exclude.
  std::vector<std::string_view> since = {};
  // The first kernels that no longer have it, in the same way. Empty: none.
  std::vector<std::string_view> before = {};
  std::string reason;  // what a kernel does that has it
  std::string source;  // a commit, a document, a function of the kernel

  bool operator==(const Deviation&) const = default;
  bool AppliesTo(const KernelVersion& kernel) const;
  std::string Condition() const;  // "Linux since 6.13, 6.12.5 and 6.6.66"
  // "SYNs go out again … (Linux since 6.5; commit ccce324dabfe; …)"
  std::string ToString() const;
};

// Enters a deviation in the list that the catalogue shows, and returns it; for constants that are
// initialised before main.
Deviation Known(Deviation deviation);
// All of those, by the first kernel that they name.
std::vector<Deviation> KnownDeviations();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_DEVIATION_H_

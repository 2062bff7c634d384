// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/kernel_version.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace halfopen {
namespace {

TEST(KernelVersion, ReadsWhatDistributionsMakeOfIt) {
  EXPECT_EQ(KernelVersion::Parse("6.18.44"), (KernelVersion{6, 18, 44}));
  EXPECT_EQ(KernelVersion::Parse("6.13"), (KernelVersion{6, 13, 0}));
  EXPECT_EQ(KernelVersion::Parse("6.13-rc4"), (KernelVersion{6, 13, 0}));
  EXPECT_EQ(KernelVersion::Parse("6.12.117+deb12-cloud-amd64"), (KernelVersion{6, 12, 117}));
  EXPECT_EQ(KernelVersion::Parse("5.14.0-427.el9.x86_64"), (KernelVersion{5, 14, 0}));
  for (const char* const bad : {"", "6", "6.", "linux", ".6.1"}) {
    EXPECT_THROW(KernelVersion::Parse(bad), std::invalid_argument) << bad;
  }
}

TEST(KernelVersion, IsOrderedAsNumbers) {
  EXPECT_LT(KernelVersion::Parse("6.9"), KernelVersion::Parse("6.10"));
  EXPECT_LT(KernelVersion::Parse("6.1.99"), KernelVersion::Parse("6.1.120"));
  EXPECT_EQ(KernelVersion::Parse("6.1.192").ToString(), "6.1.192");
  EXPECT_EQ(KernelVersion::Parse("6.13").ToString(), "6.13");
}

// The release of a distribution that keeps one name for many stable releases has no patch number.
TEST(KernelVersion, IsTakenFromWhereTheDistributionHasIt) {
  EXPECT_EQ(KernelVersionOf("6.1.0-56-cloud-amd64",
                            "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-09-01)", ""),
            (KernelVersion{6, 1, 192}));
  EXPECT_EQ(KernelVersionOf("6.8.0-45-generic", "#45-Ubuntu SMP PREEMPT_DYNAMIC",
                            "Ubuntu 6.8.0-45.45-generic 6.8.12"),
            (KernelVersion{6, 8, 12}));
  EXPECT_EQ(KernelVersionOf("6.18.44", "#1 SMP PREEMPT_DYNAMIC", ""), (KernelVersion{6, 18, 44}));
}

TEST(KernelVersion, OfThisKernelIsKnown) { EXPECT_GE(RunningKernel().major, 4); }

}  // namespace
}  // namespace halfopen

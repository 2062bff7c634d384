// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_FAILED_DIFFERENCES_H_
#define HALFOPEN_HARNESS_EXPECT_FAILED_DIFFERENCES_H_

#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <vector>

#include "harness/expect/wire_difference.h"

namespace halfopen {

// While it lives, hears of each wire difference that has become a failure of the running test,
// once, as the failure happens. One per process.
class FailedDifferences : public testing::EmptyTestEventListener {
 public:
  explicit FailedDifferences(std::function<void(const WireDifference&)> on_failure);
  ~FailedDifferences() override;
  FailedDifferences(const FailedDifferences&) = delete;
  FailedDifferences& operator=(const FailedDifferences&) = delete;

 private:
  void OnTestPartResult(const testing::TestPartResult& part) override;

  const std::function<void(const WireDifference&)> on_failure_;
  std::mutex mutex_;
  std::vector<WireDifference> told_;  // since the last failure; guarded by mutex_
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_FAILED_DIFFERENCES_H_

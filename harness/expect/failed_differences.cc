// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/failed_differences.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace halfopen {

FailedDifferences::FailedDifferences(std::function<void(const WireDifference&)> on_failure)
    : on_failure_(std::move(on_failure)) {
  KeepDifferences([this](const WireDifference& difference) {
    const std::lock_guard lock(mutex_);
    told_.push_back(difference);
  });
  testing::UnitTest::GetInstance()->listeners().Append(this);
}

FailedDifferences::~FailedDifferences() {
  testing::UnitTest::GetInstance()->listeners().Release(this);
  KeepDifferences(nullptr);
}

void FailedDifferences::OnTestPartResult(const testing::TestPartResult& part) {
  if (!part.failed()) return;
  std::vector<WireDifference> told;
  {
    const std::lock_guard lock(mutex_);
    told = std::exchange(told_, {});
  }
  // The failure's message has the whole report of what made it fail.
  const std::string_view message = part.message() == nullptr ? "" : part.message();
  std::set<std::string> reports;
  for (const WireDifference& difference : told) {
    if (message.find(difference.report) == message.npos) continue;
    if (reports.insert(difference.report).second) on_failure_(difference);
  }
}

}  // namespace halfopen

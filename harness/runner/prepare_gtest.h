// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_PREPARE_GTEST_H_
#define HALFOPEN_HARNESS_RUNNER_PREPARE_GTEST_H_

#include <string>

namespace halfopen {

// Gets GoogleTest ready to run one test per child; it is told nothing of our command line.
void PrepareGoogleTest(const std::string& program);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_PREPARE_GTEST_H_

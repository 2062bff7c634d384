// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/prepare_gtest.h"

#include <gtest/gtest.h>

namespace halfopen {

void PrepareGoogleTest(const std::string& program) {
  GTEST_FLAG_SET(output, "");
  int argc = 1;
  std::string name = program;
  char* argv[] = {name.data(), nullptr};
  testing::InitGoogleTest(&argc, argv);
}

}  // namespace halfopen

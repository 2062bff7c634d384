// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/find_program.h"

#include <gmock/gmock.h>

#include <string>

#include "netns/error.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Refusal(const std::string& name, const std::string& package = {}) {
  try {
    return "found " + RequireProgram(name, package);
  } catch (const MissingCapability& missing) {
    return missing.what();
  }
}

TEST(FindProgram, KnowsThePackagesOfTheCatalogue) {
  EXPECT_EQ(PackageOf("nc"), "netcat-openbsd");
  EXPECT_EQ(PackageOf("nc.traditional"), "netcat-traditional");
  EXPECT_EQ(PackageOf("nginx"), "nginx-light");
  EXPECT_EQ(PackageOf("nobodys-program"), std::nullopt);
}

TEST(FindProgram, MissingOneIsRefusedWithWhatInstallsIt) {
  EXPECT_THAT(Refusal("nobodys-program"),
              AllOf(HasSubstr("'nobodys-program' is not installed"), HasSubstr("apt-file search")));
  EXPECT_THAT(Refusal("nobodys-program", "some-package"),
              HasSubstr("run: sudo apt-get install some-package"));
  EXPECT_THAT(Refusal("/nowhere/foo"), HasSubstr("correct its path"));
  EXPECT_EQ(Refusal("/proc/self/exe"), "found /proc/self/exe");
}

}  // namespace
}  // namespace halfopen

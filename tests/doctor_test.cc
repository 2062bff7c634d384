// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/doctor.h"

#include <gmock/gmock.h>

#include "fixtures/find_program.h"
#include "tests/bad_days.h"
#include "tests/fake_kernel.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

using StraceRemedyTest = FolderTest;

TEST_F(StraceRemedyTest, YamaAndContainersAreNamed) {
  if (!FindProgram("strace")) GTEST_SKIP() << "needs strace";
  File("kernel/yama/ptrace_scope", "3\n");
  EXPECT_THAT(StraceRemedy(folder_), HasSubstr("kernel.yama.ptrace_scope is 3"));
  File("kernel/yama/ptrace_scope", "1\n");
  EXPECT_THAT(StraceRemedy(folder_), HasSubstr("--cap-add=SYS_PTRACE"));
}

TEST_F(BadDays, DoctorTellsOfProgramsAndTheirPackages) {
  const Ended ended =
      WaitFor(Start({"doctor"}, [this] { return setenv("PATH", folder_.c_str(), 1) == 0; }));
  EXPECT_THAT(
      ended.output,
      AllOf(ContainsRegex("absent +strace +not installed"),
            HasSubstr("remedy: sudo apt-get install strace\n"),
            ContainsRegex("absent +programs +halfopen-has-no-such-program, nc not installed"),
            HasSubstr("remedy: sudo apt-get install netcat-openbsd\n")));
}

}  // namespace
}  // namespace halfopen

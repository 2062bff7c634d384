// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/failure_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <system_error>

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(FailureWords, AreThoseOfWhatWasThrown) {
  EXPECT_EQ(FailureWords(std::runtime_error("it broke")), "it broke");
}

TEST(FailureWords, NameTheErrno) {
  const std::filesystem::filesystem_error full("cannot create", "/out",
                                               std::error_code(ENOSPC, std::generic_category()));
  EXPECT_THAT(FailureWords(full), AllOf(HasSubstr("/out"), HasSubstr("ENOSPC")));
}

TEST(FailureWords, SayWhatMendsWantOfThreadsAndMemory) {
  const std::system_error no_thread(EAGAIN, std::generic_category());
  EXPECT_THAT(FailureWords(no_thread),
              AllOf(HasSubstr("pthread_create"), HasSubstr("EAGAIN"), HasSubstr("ulimit -u")));
  EXPECT_THAT(FailureWords(std::bad_alloc()), AllOf(HasSubstr("ENOMEM"), HasSubstr("ulimit -v")));
}

}  // namespace
}  // namespace halfopen

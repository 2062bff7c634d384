// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/failure_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

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

// Leaves this process, which is to end, no memory, and so no arena for a thread of it.
void TakeAllMemory() {
  const rlimit none{};
  setrlimit(RLIMIT_AS, &none);
  for (std::size_t size = std::size_t{1} << 20; size != 0; size /= 2) {
    while (operator new(size, std::nothrow) != nullptr) continue;
  }
}

TEST(FailureWordsDeathTest, AreThereForAThreadThatNothingMayThrowIn) {
  EXPECT_EXIT(
      {
        std::thread([] {
          TakeAllMemory();
          [&]() noexcept { std::string(100, ' '); }();
        }).join();
      },
      testing::ExitedWithCode(2), AllOf(HasSubstr("ENOMEM"), HasSubstr("ulimit -v")));
}

TEST(FailureWordsDeathTest, AreThereWhereWhatWasThrownIsNotSeen) {
  EXPECT_EXIT(
      {
        TakeAllMemory();
        std::terminate();
      },
      testing::ExitedWithCode(2), AllOf(HasSubstr("ENOMEM"), HasSubstr("ulimit -v")));
}

TEST(FailureWordsDeathTest, AreNoneOfMemoryWhereThereIsSome) {
  EXPECT_EXIT({ std::terminate(); }, testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace halfopen

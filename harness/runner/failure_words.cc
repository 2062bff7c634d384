// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/failure_words.h"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <system_error>

#include "harness/runner/run_context.h"
#include "netns/error.h"

namespace halfopen {
namespace {

constexpr char kNoMemory[] = "new memory: ENOMEM (Cannot allocate memory): ";
constexpr char kMoreMemory[] =
    "free memory, raise its limit (ulimit -v, a control group's), or run fewer at once with -j";

constexpr std::size_t kReserveSize = std::size_t{64} * 1024;

// What the words themselves need when there is no more.
std::unique_ptr<char[]>& Reserve() {
  static std::unique_ptr<char[]> reserve;
  return reserve;
}

[[noreturn]] void EndFor(const std::exception& failure) {
  const std::string words = FailureWords(failure);
  CurrentRun().give_up(words);
  fmt::print(stderr, "halfopen: {}\n", words);
  _exit(2);
}

// Where not even the words find memory: a thread's own arena cannot give it the reserve.
[[noreturn]] void EndWithoutAllocating() noexcept {
  for (const std::string_view words : {"halfopen: ", kNoMemory, kMoreMemory, "\n"}) {
    (void)!write(STDERR_FILENO, words.data(), words.size());
  }
  _exit(2);
}

[[noreturn]] void EndInWords() noexcept {
  static std::atomic<pid_t> ender = 0;
  if (pid_t first = 0; !ender.compare_exchange_strong(first, gettid())) {
    if (first == gettid()) EndWithoutAllocating();  // to throw again takes memory, too
    while (true) pause();                           // another thread is at it
  }
  const bool short_of_memory =
      std::unique_ptr<char[]>(new (std::nothrow) char[kReserveSize]) == nullptr;
  Reserve().reset();
  try {
    if (const std::exception_ptr failure = std::current_exception()) {
      std::rethrow_exception(failure);
    }
    // A destructor or a library's noexcept function (std::filesystem::directory_iterator's
    // constructor, say) lets nobody see what it threw.
    if (short_of_memory) EndFor(std::bad_alloc());
  } catch (const std::bad_alloc& failure) {
    EndFor(failure);
  } catch (const std::system_error& failure) {  // no memory for a thread, or one too many
    EndFor(failure);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "terminate called after throwing: {}\n", failure.what());
  } catch (...) {
    std::fputs("terminate called after throwing\n", stderr);
  }
  std::abort();
}

// Before scenarios register themselves, for which memory may be short already.
[[gnu::constructor(101)]] void EndInWordsWithoutMemory() {
  std::set_terminate(EndInWords);
  Reserve().reset(new (std::nothrow) char[kReserveSize]);
}

}  // namespace

std::string FailureWords(const std::exception& failure) {
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) {
    return std::string(kNoMemory) + kMoreMemory;
  }
  const auto* const refused = dynamic_cast<const std::system_error*>(&failure);
  if (refused == nullptr) return failure.what();
  const int error = refused->code().value();
  // std::thread says nothing but this, whether processes or memory were short.
  const std::string words = failure.what();
  if (error == EAGAIN && words == ErrnoText(EAGAIN)) {
    return EnvironmentError(
               "pthread_create", "a thread", error,
               fmt::format("raise the limit on processes (ulimit -u), or {}", kMoreMemory))
        .what();
  }
  return fmt::format("{}: {}", words, ErrnoName(error));
}

void ShareMemoryAmongThreads() { mallopt(M_ARENA_MAX, 1); }

}  // namespace halfopen

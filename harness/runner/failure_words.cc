// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/failure_words.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <system_error>

#include "harness/runner/run_context.h"
#include "netns/error.h"

namespace halfopen {
namespace {

constexpr char kMoreMemory[] =
    "free memory, raise its limit (ulimit -v, a control group's), or run fewer at once with -j";

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

[[noreturn]] void EndInWords() noexcept {
  Reserve().reset();
  try {
    if (const std::exception_ptr failure = std::current_exception()) {
      std::rethrow_exception(failure);
    }
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

}  // namespace

std::string FailureWords(const std::exception& failure) {
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr) {
    return EnvironmentError("new", "memory", ENOMEM, kMoreMemory).what();
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

void EndInWordsWithoutMemory() {
  constexpr std::size_t kReserve = std::size_t{64} * 1024;
  Reserve().reset(new char[kReserve]);
  std::set_terminate(EndInWords);
}

}  // namespace halfopen

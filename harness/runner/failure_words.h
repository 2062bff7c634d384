// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_FAILURE_WORDS_H_
#define HALFOPEN_HARNESS_RUNNER_FAILURE_WORDS_H_

#include <exception>
#include <string>

namespace halfopen {

// What went wrong, with the errno's name where the library that threw knew one but did not say it
// (std::thread, std::filesystem), and for want of memory or processes what mends that.
//
// A program that links this says it too where nothing may be thrown, from before main on: want of
// memory or of a thread ends it in words instead of by SIGABRT, a scenario's process as given up,
// any other with exit code 2.
std::string FailureWords(const std::exception& failure);

// Lets each thread that this process starts from here on find the memory that is kept for those
// words. They are slower than each with memory of its own where they allocate much.
void ShareMemoryAmongThreads();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_FAILURE_WORDS_H_

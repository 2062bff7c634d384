// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_FAILURE_WORDS_H_
#define HALFOPEN_HARNESS_RUNNER_FAILURE_WORDS_H_

#include <exception>
#include <string>

namespace halfopen {

// What went wrong, with the errno's name where the library that threw knew one but did not say it
// (std::thread, std::filesystem), and for want of memory or processes what mends that.
std::string FailureWords(const std::exception& failure);

// From here on std::bad_alloc or a thread that cannot be made, where nothing may be thrown, ends
// this process in words instead of by SIGABRT: a scenario's as given up, any other with exit
// code 2.
void EndInWordsWithoutMemory();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_FAILURE_WORDS_H_

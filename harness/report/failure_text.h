// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_FAILURE_TEXT_H_
#define HALFOPEN_HARNESS_REPORT_FAILURE_TEXT_H_

#include <string>

namespace halfopen {

// GoogleTest's message of a failed expectation without what only a C++ programmer misses: the types
// of values, and the three lines above a wire's own report.
std::string FailureText(std::string message);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_FAILURE_TEXT_H_

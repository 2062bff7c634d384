// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_JUNIT_H_
#define HALFOPEN_HARNESS_REPORT_JUNIT_H_

#include <ctime>
#include <string>
#include <string_view>

#include "harness/report/result.h"

namespace halfopen {

// junit.xml as CI systems read it: a testsuite per suite; failed and vacuous runs are <failure>,
// errors, crashes and timeouts <error>, skips <skipped>. A control run is a test case of its own,
// which passes by turning red; a guest that came to no good end is one of the suite "guests", an
// <error>. `now` becomes the timestamp.
std::string JUnitXml(const RunReport& report, std::time_t now);

// Text for an XML 1.0 attribute or element: markup is escaped, and what XML cannot hold at all
// (control characters, bytes that are no UTF-8) is spelled \x1b.
std::string EscapeXml(std::string_view text);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_JUNIT_H_

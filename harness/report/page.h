// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_PAGE_H_
#define HALFOPEN_HARNESS_REPORT_PAGE_H_

#include <string>

#include "harness/report/page_data.h"

namespace halfopen {

// index.html: the report in one file that fetches nothing, from a disk or a CI system's artefacts.
// Text of programs and packets is data in it, never markup. Thread-safe.
std::string ReportPage(const PageData& data);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_PAGE_H_

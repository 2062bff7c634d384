// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_PAGE_FILES_H_
#define HALFOPEN_HARNESS_REPORT_PAGE_FILES_H_

#include <string_view>

namespace halfopen {

// What the files of page/ became when this binary was built.
std::string_view PageScript();
std::string_view PageStyle();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_PAGE_FILES_H_

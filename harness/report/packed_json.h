// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_PACKED_JSON_H_
#define HALFOPEN_HARNESS_REPORT_PACKED_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

namespace halfopen {

// `json` as text, by gzip, in base64: what a page carries and page/data.ts unpacks. There is no
// markup in it, whatever the strings hold; what is no UTF-8 becomes U+FFFD. Thread-safe.
std::string PackedJson(const nlohmann::json& json);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_PACKED_JSON_H_

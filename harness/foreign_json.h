// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_FOREIGN_JSON_H_
#define HALFOPEN_HARNESS_FOREIGN_JSON_H_

#include <istream>
#include <nlohmann/json.hpp>
#include <string_view>

namespace halfopen {

// JSON that others may have written. Null for what is none, and for what is nested more than 64
// levels deep: nlohmann's copies and dump() recurse, so a megabyte of '[' would end the process.
// Thread-safe.
nlohmann::json ParseForeignJson(std::string_view text);

// The same of what a stream still holds; null beyond 256 MiB, which is a hundred times a long
// timeline.
nlohmann::json ParseForeignJson(std::istream& in);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_FOREIGN_JSON_H_

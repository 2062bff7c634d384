// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/packed_json.h"

#include "harness/report/gzip.h"

namespace halfopen {

std::string PackedJson(const nlohmann::json& json) {
  // What is no UTF-8 was replaced when it was recorded; a file of another's making may have more.
  return Base64(Gzip(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
}

}  // namespace halfopen

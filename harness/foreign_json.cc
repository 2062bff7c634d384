// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/foreign_json.h"

#include <cstddef>
#include <string>

namespace halfopen {
namespace {

// What halfopen writes has six.
constexpr int kDeepest = 64;
constexpr std::size_t kLongest = std::size_t{256} << 20;  // bytes

bool IsTooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

nlohmann::json ParseForeignJson(std::string_view text) {
  if (IsTooDeep(text)) return {};
  nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  return json.is_discarded() ? nlohmann::json() : json;
}

nlohmann::json ParseForeignJson(std::istream& in) {
  std::string text;
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  while (in && text.size() <= kLongest) {
    const std::size_t size = text.size();
    text.resize(size + kPiece);
    in.read(text.data() + size, static_cast<std::streamsize>(kPiece));
    text.resize(size + static_cast<std::size_t>(in.gcount()));
  }
  return text.size() > kLongest ? nlohmann::json() : ParseForeignJson(std::string_view(text));
}

}  // namespace halfopen

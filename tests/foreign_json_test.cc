// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/foreign_json.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <sstream>
#include <string>

#include "harness/report/result_json.h"

namespace halfopen {
namespace {

std::string Nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(ForeignJson, IsReadAsItIs) {
  EXPECT_EQ(ParseForeignJson(R"({"a": [1, "]}"]})").dump(), R"({"a":[1,"]}"]})");
  std::istringstream in(R"({"b": 2})");
  EXPECT_EQ(ParseForeignJson(in).dump(), R"({"b":2})");
}

TEST(ForeignJson, IsNullWhereItIsCutOrNone) {
  for (const char* text : {"", "{", "{\"a\": ", "\xff", "nothing", "[1e999]"}) {
    EXPECT_TRUE(ParseForeignJson(text).is_null()) << text;
  }
}

TEST(ForeignJson, IsNullBeyond64Levels) {
  EXPECT_TRUE(ParseForeignJson(Nested(64)).is_array());
  EXPECT_TRUE(ParseForeignJson(Nested(65)).is_null());
  EXPECT_TRUE(ParseForeignJson(Nested(1'000'000)).is_null());
  EXPECT_TRUE(ParseForeignJson("\"" + Nested(100) + "\"").is_string());
  EXPECT_TRUE(ParseForeignJson("\"\\\"" + Nested(100) + "\"").is_string());
}

TEST(ForeignJson, ANumberThatDoesNotFitItsFieldIsMissing) {
  const auto json = nlohmann::json::parse(
      R"({"big": 1e300, "wide": 4294967296, "unsigned": 18446744073709551615, "half": 1.5,
          "text": "1", "fits": -7})");
  for (const char* name : {"big", "wide", "unsigned", "half", "text", "none"}) {
    EXPECT_EQ(FieldOr(json, name, 3), 3) << name;
  }
  EXPECT_EQ(FieldOr(json, "fits", 3), -7);
  EXPECT_EQ(FieldOr<std::int64_t>(json, "wide", 3), 4294967296);
  EXPECT_EQ(FieldOr<std::uint64_t>(json, "unsigned", 3), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(FieldOr<std::uint64_t>(json, "fits", 3), 3U);
  EXPECT_EQ(FieldOr(json, "big", 0.0), 1e300);
  EXPECT_EQ(FieldOr(nlohmann::json(5), "fits", 3), 3);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "harness/report/gzip.h"
#include "harness/report/packed_json.h"

namespace halfopen {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Base64, IsAsRfc4648HasIt) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(Base64(std::string_view("\xff\x00\xfe", 3)), "/wD+");
}

TEST(Gzip, IsReadByZlib) {
  const std::string text(100'000, 'x');
  std::string packed = Gzip(text);
  EXPECT_LT(packed.size(), 1000U);
  EXPECT_EQ(Gzip(text), packed);
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  std::string unpacked(text.size() + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(unpacked.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  inflateEnd(&stream);
  unpacked.resize(stream.total_out);
  EXPECT_EQ(unpacked, text);
}

TEST(ReportPage, HoldsNoMarkupOfWhatItShows) {
  PageData data;
  data.report = {{"command", "</script><script>alert(1)</script>"}};
  data.stories = {PackedJson({{"0", "<img src=x onerror=alert(1)>"}})};
  data.sources = {{"a.cc", "<!-- \xff"}};
  const std::string page = ReportPage(data);
  EXPECT_THAT(page, Not(HasSubstr("alert(1)")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <gtest/gtest.h>

#include "harness/runner/filter.h"

namespace halfopen {
namespace {

ScenarioInfo Info(const char* suite, const char* name, IpFamily ip = IpFamily::kIpv4) {
  return {suite, name, "family", "file.cc", 1, ip};
}

TEST(MatchesPattern, KnowsStarAndQuestionMark) {
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_TRUE(MatchesPattern("Rst*Fin.*", "RstAfterFin.Second"));
  EXPECT_TRUE(MatchesPattern("R?t", "Rst"));
  EXPECT_TRUE(MatchesPattern("*a*b*", "xxaxxbxab"));
  EXPECT_FALSE(MatchesPattern("Rst", "RstX"));
  EXPECT_FALSE(MatchesPattern("R?", "R"));
  EXPECT_FALSE(MatchesPattern("", "x"));
}

TEST(Filter, SelectsEverythingWithoutPatterns) {
  EXPECT_TRUE(Filter({}).Selects(Info("A", "B")));
  EXPECT_TRUE(Filter({""}).Selects(Info("A", "B")));
}

TEST(Filter, TakesAwayWhatStandsBehindTheDash) {
  const Filter filter({"Rst*:Syn*-*Slow"});
  EXPECT_TRUE(filter.Selects(Info("RstAfterFin", "Second")));
  EXPECT_TRUE(filter.Selects(Info("Syn", "Second")));
  EXPECT_FALSE(filter.Selects(Info("Rst", "VerySlow")));
  EXPECT_FALSE(filter.Selects(Info("Keepalive", "Second")));
  EXPECT_FALSE(Filter({"-A.*"}).Selects(Info("A", "B")));
  EXPECT_TRUE(Filter({"-A.*"}).Selects(Info("B", "B")));
}

TEST(Filter, NamesAScenarioOrOneFamilyOfIt) {
  EXPECT_TRUE(Filter({"A.B"}).Selects(Info("A", "B", IpFamily::kIpv6)));
  EXPECT_TRUE(Filter({"A.B/IPv6"}).Selects(Info("A", "B", IpFamily::kIpv6)));
  EXPECT_FALSE(Filter({"A.B/IPv6"}).Selects(Info("A", "B", IpFamily::kIpv4)));
  EXPECT_FALSE(Filter({"-*/IPv6"}).Selects(Info("A", "B", IpFamily::kIpv6)));
}

TEST(Filter, JoinsSeveralFilters) {
  const Filter filter({"A.*-A.Slow", "B.*"});
  EXPECT_TRUE(filter.Selects(Info("A", "X")));
  EXPECT_FALSE(filter.Selects(Info("A", "Slow")));
  EXPECT_TRUE(filter.Selects(Info("B", "X")));
}

TEST(NearestNames, RanksByEditDistanceAndNamesEachScenarioOnce) {
  const std::vector<ScenarioInfo> all{Info("RstAfterFin", "X"), Info("KeepaliveExpiry", "X"),
                                      Info("KeepaliveExpiry", "X", IpFamily::kIpv6),
                                      Info("SynRetry", "X")};
  const auto names = NearestNames(Filter({"KeepAliveExpry.*"}), all);
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[0], "KeepaliveExpiry.X");
  EXPECT_NE(names[1], names[0]);
}

}  // namespace
}  // namespace halfopen

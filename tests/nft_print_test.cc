// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_print.h"

#include <gtest/gtest.h>

#include "tests/nft_test_rules.h"

namespace halfopen {
namespace {

TEST(NftPrint, NamesEveryKindOfRuleAsNftLists) {
  for (const NamedRule& named : EveryKindOfRule()) EXPECT_EQ(RuleName(named.rule), named.name);
}

TEST(NftPrint, HasThreeFormsOfARule) {
  const Rule rule =
      Rule().From(IpAddress::Parse("10.0.0.1")).ToPort(80).Log(5, "halfopen 1").Drop();
  const Counter counter{.packets = 3, .bytes = 180};
  EXPECT_EQ(ListedRule(rule, counter),
            "ip saddr 10.0.0.1 tcp dport 80 counter packets 3 bytes 180 "
            "log prefix \"halfopen 1\" group 5 drop");
  EXPECT_EQ(RuleWithCounter(rule, counter),
            "ip saddr 10.0.0.1 tcp dport 80 counter packets 3 bytes 180 drop");
  EXPECT_EQ(RuleName(rule), "ip saddr 10.0.0.1 tcp dport 80 drop");
}

TEST(NftPrint, LeavesOutWhatARuleHasNot) {
  EXPECT_EQ(ListedRule(Rule(), {}), "counter packets 0 bytes 0");
  EXPECT_EQ(ListedRule(Rule().Log(0, ""), {}), "counter packets 0 bytes 0 log group 0");
  EXPECT_EQ(RuleWithCounter(Rule().Log(0, ""), {}), "counter packets 0 bytes 0");
  EXPECT_EQ(RuleName(Rule().Log(0, "")), "counter");
}

TEST(NftPrint, ListsChainsWithAnEmptyLineBetween) {
  const ListedChain chains[] = {
      {.hook = Hook::kInput, .rules = {{Rule().Drop(), {1, 60}}, {Rule().Accept(), {}}}},
      {.hook = Hook::kPrerouting, .rules = {}},
  };
  EXPECT_EQ(ListedRuleset(chains),
            "table inet halfopen {\n"
            "\tchain input {\n"
            "\t\ttype filter hook input priority filter; policy accept;\n"
            "\t\tcounter packets 1 bytes 60 drop\n"
            "\t\tcounter packets 0 bytes 0 accept\n"
            "\t}\n"
            "\n"
            "\tchain prerouting {\n"
            "\t\ttype filter hook prerouting priority mangle; policy accept;\n"
            "\t}\n"
            "}\n");
}

}  // namespace
}  // namespace halfopen

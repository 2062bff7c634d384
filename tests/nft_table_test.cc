// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <libnftnl/expr.h>
#include <linux/netlink.h>

#include <algorithm>
#include <fstream>
#include <span>

#include "netns/error.h"
#include "tests/nft_test_kernel.h"
#include "tests/nft_test_rules.h"

namespace halfopen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NftTable : public NamespaceTest {
 protected:
  ~NftTable() override {
    if (!path_.empty()) std::remove(path_.c_str());
  }

  // A file of this test's own with the text in it; returns its path.
  std::string TemporaryFile(const std::string& text) {
    path_ = ::testing::TempDir() + "halfopen_nft_XXXXXX";
    const Fd fd(Check(mkstemp(path_.data()), "mkstemp", path_));
    std::ofstream(path_) << text;
    return path_;
  }

  std::string NftList() { return OutputOf(where(), "nft list ruleset"); }

 private:
  std::string path_;
};

TEST_F(NftTable, PrintsEveryKindOfRuleAsNftDoes) {
  if (!NftIsInstalled()) GTEST_SKIP() << "nft, the oracle, is not installed";
  RuleTable table(where());
  EXPECT_EQ(table.Print(), NftList());
  for (const NamedRule& named : EveryKindOfRule()) (void)table.Add(named.rule);
  EXPECT_EQ(table.Print(), NftList());
}

TEST_F(NftTable, PrintsEveryIcmpTypeAndCodeAsNftDoes) {
  if (!NftIsInstalled()) GTEST_SKIP() << "nft, the oracle, is not installed";
  std::vector<Rule> rules;
  for (const IpFamily family : {IpFamily::kIpv4, IpFamily::kIpv6}) {
    for (std::uint8_t number = 0; number < 150; ++number) {
      rules.push_back(Rule().Icmp(family, number));
      rules.push_back(Rule().Icmp(family, {3, number}));
    }
  }
  for (std::uint8_t code = 0; code < 20; ++code) {
    rules.push_back(Rule().Reject(static_cast<IcmpCode>(code)));
    rules.push_back(Rule().Reject(static_cast<Icmpv6Code>(code)));
  }
  RuleTable table(where());
  // The echoes of one transaction have to fit into the socket's buffer.
  for (std::span<const Rule> rest = rules; !rest.empty();) {
    const std::size_t count = std::min<std::size_t>(rest.size(), 64);
    (void)table.Add(rest.first(count));
    rest = rest.subspan(count);
  }
  EXPECT_EQ(table.Print(), NftList());
}

TEST_F(NftTable, PrintsWhatIsLeftAsNftDoes) {
  if (!NftIsInstalled()) GTEST_SKIP() << "nft, the oracle, is not installed";
  RuleTable table(where());
  const RuleHandle first = table.Add(Rule(Hook::kOutput).Drop());
  EXPECT_EQ(table.Print(), NftList());
  const RuleHandle second = table.Add(Rule(Hook::kInput).Accept());
  const RuleHandle third = table.Add(Rule(Hook::kOutput).Accept());
  EXPECT_EQ(table.Print(), NftList());
  for (const RuleHandle handle : {first, second, third}) {
    (void)table.Remove(handle);
    EXPECT_EQ(table.Print(), NftList());
  }
}

TEST_F(NftTable, PrintedRulesetLoadsIntoNft) {
  if (!NftIsInstalled()) GTEST_SKIP() << "nft, the oracle, is not installed";
  RuleTable table(where());
  // nft 1.0.6 cannot read "reject" where the packet's family is given: it takes it for ICMP's.
  for (const NamedRule& named : EveryKindOfRule()) {
    const bool ambiguous = named.rule.parts().verdict == RuleParts::Verdict::kRejectIcmpx;
    if (!ambiguous) (void)table.Add(named.rule);
  }
  const std::string printed = table.Print();
  const std::string path = TemporaryFile(printed);
  const NetworkNamespace other = NetworkNamespace::Create();
  EXPECT_EQ(OutputOf(other, "nft -f " + path), "");
  EXPECT_EQ(OutputOf(other, "nft list ruleset"), printed);
}

TEST_F(NftTable, CompilesToTheExpressionsOfNft) {
  if (!NftIsInstalled()) GTEST_SKIP() << "nft, the oracle, is not installed";
  ListedChain chain;
  std::string expected = "inet (null) (null) use 0 type filter hook input prio 0 packets 0 bytes 0";
  for (const NamedRule& named : EveryKindOfRule()) {
    const RuleParts& parts = named.rule.parts();
    // Left out is what nft lists with fewer words than the rule has.
    const bool icmp = parts.protocol == Protocol::kIcmp || parts.protocol == Protocol::kIcmpv6;
    const bool icmpx = parts.verdict == RuleParts::Verdict::kRejectIcmpx;
    const bool elsewhere = parts.verdict == RuleParts::Verdict::kTproxy;
    if (!parts.options.empty() || elsewhere || (parts.family && ((icmp && !parts.icmp) || icmpx))) {
      continue;
    }
    chain.rules.push_back({named.rule, {}});
    expected += "\ninet halfopen input\n";
    for (const Expression& expression : Compile(named.rule)) {
      expected += "  [ " + ToString(expression) + " ]\n";
    }
  }
  const std::string path = TemporaryFile(ListedRuleset({&chain, 1}));
  EXPECT_EQ(OutputOf(where(), "nft --debug=netlink --check --file " + path), expected + '\n');
}

TEST_F(NftTable, CountsThePacketsHitInBothFamilies) {
  RuleTable table(where());
  const Rule udp = Rule().OfProtocol(Protocol::kUdp);
  const RuleHandle v4 = table.Add(udp.From(IpAddress::Parse("127.0.0.1")).Drop());
  const RuleHandle v6 = table.Add(udp.From(IpAddress::Parse("::1")).Drop());
  EXPECT_EQ(table.Read(v4), Counter{});
  for (int i = 0; i < 3; ++i) SendUdp(IpFamily::kIpv4, 10);
  SendUdp(IpFamily::kIpv6, 10);
  EXPECT_EQ(table.Read(v4), (Counter{.packets = 3, .bytes = 3UL * (20 + 8 + 10)}));
  EXPECT_EQ(table.Read(v6), (Counter{.packets = 1, .bytes = 40 + 8 + 10}));
  if (NftIsInstalled()) {
    EXPECT_EQ(table.Print(), NftList());
  }
  EXPECT_EQ(table.Remove(v4), (Counter{.packets = 3, .bytes = 3UL * (20 + 8 + 10)}));
  SendUdp(IpFamily::kIpv4, 10);
  EXPECT_EQ(table.Read(v6).packets, 1u);
}

TEST_F(NftTable, TellsTheNthPacketFromTheOthers) {
  RuleTable table(where());
  const Rule udp = Rule().OfProtocol(Protocol::kUdp);
  const std::vector<Rule> rules = {udp.Nth(2), udp.First(2), udp.EveryNth(2)};
  const std::vector<RuleHandle> handles = table.Add(rules);
  for (std::size_t size = 1; size <= 5; ++size) SendUdp(IpFamily::kIpv4, size);
  constexpr std::uint64_t kHeaders = 20 + 8;
  EXPECT_THAT(table.Remove(handles), ElementsAre(Counter{1, kHeaders + 2},          // the 2nd
                                                 Counter{2, 2 * kHeaders + 1 + 2},  // 1st, 2nd
                                                 Counter{2, 2 * kHeaders + 2 + 4}));
}

TEST_F(NftTable, ComparesLengthsAsNumbers) {
  RuleTable table(where());
  const Rule udp = Rule().OfProtocol(Protocol::kUdp);
  const std::vector<Rule> rules = {
      udp.Length(Comparison::kEqual, 300),   udp.Length(Comparison::kNotEqual, 300),
      udp.Length(Comparison::kLess, 300),    udp.Length(Comparison::kLessOrEqual, 300),
      udp.Length(Comparison::kGreater, 300), udp.Length(Comparison::kGreaterOrEqual, 300),
  };
  const std::vector<RuleHandle> handles = table.Add(rules);
  for (const std::size_t length : {40, 299, 300, 301, 1000}) {
    SendUdp(IpFamily::kIpv4, length - 28);
  }
  std::vector<std::uint64_t> packets;
  for (const Counter& counter : table.Remove(handles)) packets.push_back(counter.packets);
  EXPECT_THAT(packets, ElementsAre(1, 4, 2, 3, 2, 3));
}

TEST_F(NftTable, LimitsBeforeItCounts) {
  RuleTable table(where());
  const Rule udp = Rule().OfProtocol(Protocol::kUdp);
  const std::vector<Rule> rules = {udp.LimitTo(1, RateUnit::kWeek, 2),
                                   udp.LimitOver(1, RateUnit::kWeek, 2)};
  const std::vector<RuleHandle> handles = table.Add(rules);
  for (int i = 0; i < 5; ++i) SendUdp(IpFamily::kIpv4, 1);
  EXPECT_THAT(table.Remove(handles), ElementsAre(Counter{2, 2UL * 29}, Counter{3, 3UL * 29}));
}

TEST_F(NftTable, RejectsConnectionsWithResetOrIcmp) {
  RuleTable table(where());
  for (const IpFamily family : {IpFamily::kIpv4, IpFamily::kIpv6}) {
    const Endpoint server{IpAddress::Parse(family == IpFamily::kIpv4 ? "127.0.0.1" : "::1"), 80};
    struct Case {
      Rule rule;
      int error;
    };
    const Rule syn = Rule().To(server.address).ToPort(80).TcpFlags(0x12, 0x02);
    for (const Case& c : {Case{syn.RejectWithTcpReset(), ECONNREFUSED},
                          Case{syn.Reject(IcmpxCode::kPortUnreachable), ECONNREFUSED},
                          Case{syn.Reject(IcmpxCode::kHostUnreachable), EHOSTUNREACH},
                          Case{family == IpFamily::kIpv4 ? syn.Reject(IcmpCode::kNetUnreachable)
                                                         : syn.Reject(Icmpv6Code::kNoRoute),
                               ENETUNREACH}}) {
      SCOPED_TRACE(RuleName(c.rule));
      const RuleHandle handle = table.Add(c.rule);
      const Fd client = Open(family, SOCK_STREAM);
      // Over loopback the answer comes before connect(2) returns.
      EXPECT_EQ(StartConnect(client, server), EINPROGRESS);
      int error = 0;
      socklen_t length = sizeof error;
      getsockopt(client.get(), SOL_SOCKET, SO_ERROR, &error, &length);
      EXPECT_EQ(error, c.error);
      EXPECT_EQ(table.Remove(handle).packets, 1u);
    }
  }
}

TEST_F(NftTable, MatchesTcpFlagsPortsOptionsAndState) {
  RuleTable table(where());
  const Endpoint server{IpAddress::Parse("127.0.0.1"), 80};
  const std::vector<Rule> rules = {
      Rule().ToPort(80).AnyTcpFlag(0x02),
      Rule().ToPort(80).HasTcpOption(2),
      Rule().ToPort(80).HasTcpOption(19),
      Rule().ToPort(80).LacksTcpOption(19),
      Rule().ToPort(80).InState({ConnectionState::kNew}),
      Rule().ToPort(80).InState({ConnectionState::kEstablished}),
      Rule().ToPort(81),
      Rule().FromPort(80).TcpFlags(0x16, 0x14),
      Rule(Hook::kOutput).ToPort(80),
      Rule(Hook::kPrerouting).ToPort(80),
      Rule(Hook::kPostrouting).ToPort(80),
      Rule(Hook::kForward),
  };
  const std::vector<RuleHandle> handles = table.Add(rules);
  const Fd client = Open(IpFamily::kIpv4, SOCK_STREAM);
  (void)StartConnect(client, server);  // nobody listens: a SYN, and a RST back
  std::vector<std::uint64_t> packets;
  for (const RuleHandle handle : handles) packets.push_back(table.Read(handle).packets);
  EXPECT_THAT(packets, ElementsAre(1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0));
  if (NftIsInstalled()) {
    EXPECT_EQ(table.Print(), NftList());
  }
}

TEST_F(NftTable, TakesAllRulesOrNone) {
  RuleTable table(where());
  const RuleHandle first = table.Add(Rule().Drop());
  const RuleHandle second = table.Add(Rule(Hook::kOutput).Drop());
  EXPECT_NE(first, second);
  (void)table.Remove(first);
  const RuleHandle handles[] = {second, first};
  EXPECT_THROW((void)table.Remove(handles), EnvironmentError);
  EXPECT_EQ(table.Read(second), Counter{});
}

TEST_F(NftTable, NamesARuleThatIsGone) {
  RuleTable table(where());
  const Rule rule = Rule().ToPort(80).Drop();
  const RuleHandle handle = table.Add(rule);
  EXPECT_EQ(table.At(handle), rule);
  (void)table.Remove(handle);
  EXPECT_THROW((void)table.At(handle), EnvironmentError);
  EXPECT_THROW((void)table.Read(handle), EnvironmentError);
}

TEST_F(NftTable, TellsOfARuleThatSomebodyElseRemoved) {
  if (!NftIsInstalled()) GTEST_SKIP() << "nft, which removes it, is not installed";
  RuleTable table(where());
  const RuleHandle handle = table.Add(Rule().ToPort(80).Drop());
  ASSERT_EQ(OutputOf(where(), "nft flush ruleset"), "");
  try {
    (void)table.Read(handle);
    ADD_FAILURE() << "the rule is still there";
  } catch (const EnvironmentError& error) {
    EXPECT_EQ(error.error(), ENOENT);
    EXPECT_THAT(error.what(), HasSubstr("nft list rule inet halfopen input tcp dport 80 drop"));
  }
  EXPECT_THROW((void)table.Print(), EnvironmentError);
  // A refusal leaves several answers in the socket; the next request must not read them.
  EXPECT_THROW((void)table.Add(Rule().Drop()), EnvironmentError);
  EXPECT_THROW((void)table.Remove(handle), EnvironmentError);
}

TEST_F(NftTable, FindsNoMissingFeatureWhereTheKernelHasAll) {
  RuleTable table(where());
  for (const Rule& rule :
       {Rule().ToPort(80).HasTcpOption(8).First(3).Drop(),
        Rule().LimitTo(1, RateUnit::kDay).Log(1, "x").RejectWithTcpReset(),
        Rule(Hook::kPrerouting).SetMark(1).Tproxy(80), Rule().InState({ConnectionState::kNew})}) {
    EXPECT_EQ(table.MissingFeature(rule), std::nullopt) << RuleName(rule);
  }
  EXPECT_EQ(table.Print(), "");
  if (NftIsInstalled()) {
    EXPECT_EQ(NftList(), "");
  }
}

TEST_F(NftTable, NamesTheMissingExpressionAndItsOption) {
  NetlinkSocket socket(where(), NETLINK_NETFILTER);
  std::vector<Expression> expressions = Compile(Rule().ToPort(80));
  nftnl_expr* queue = nftnl_expr_alloc("queue");
  nftnl_expr_set_u16(queue, NFTNL_EXPR_QUEUE_NUM, 0);
  nftnl_expr_set_u16(queue, NFTNL_EXPR_QUEUE_TOTAL, 1);
  expressions.emplace_back(queue);
  const auto missing = FindMissingFeature(socket, Hook::kInput, expressions);
  if (!missing) GTEST_SKIP() << "this kernel has every expression";
  EXPECT_EQ(*missing, "queue (CONFIG_NFT_QUEUE)");
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/nft_rule.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace halfopen {
namespace {

const IpAddress kIpv4 = IpAddress::Parse("10.0.0.1");
const IpAddress kIpv6 = IpAddress::Parse("fd00::1");

TEST(NftRule, BuildersLeaveTheirRuleAsItWas) {
  const Rule base = Rule(Hook::kOutput).To(kIpv4);
  const Rule drop = base.ToPort(80).Drop();
  EXPECT_EQ(base, Rule(Hook::kOutput).To(kIpv4));
  EXPECT_NE(drop, base);
  EXPECT_EQ(drop.hook(), Hook::kOutput);
}

TEST(NftRule, OrderOfBuildingDoesNotMatter) {
  EXPECT_EQ(Rule().Drop().ToPort(80).From(kIpv4), Rule().From(kIpv4).ToPort(80).Drop());
}

TEST(NftRule, RefusesTwoFamilies) {
  EXPECT_THROW((void)Rule().From(kIpv4).To(kIpv6), std::invalid_argument);
  EXPECT_THROW((void)Rule().Family(IpFamily::kIpv6).From(kIpv4), std::invalid_argument);
  EXPECT_THROW((void)Rule().From(kIpv4).Reject(Icmpv6Code::kNoRoute), std::invalid_argument);
  EXPECT_THROW((void)Rule().From(kIpv6).Reject(IcmpCode::kNetUnreachable), std::invalid_argument);
  EXPECT_NO_THROW((void)Rule().From(kIpv6).Reject(IcmpxCode::kNoRoute));
}

TEST(NftRule, RefusesTcpMatchesOnAnotherProtocol) {
  const Rule udp = Rule().OfProtocol(Protocol::kUdp);
  EXPECT_THROW((void)udp.ToPort(80), std::invalid_argument);
  EXPECT_THROW((void)udp.FromPort(80), std::invalid_argument);
  EXPECT_THROW((void)udp.AnyTcpFlag(2), std::invalid_argument);
  EXPECT_THROW((void)udp.HasTcpOption(8), std::invalid_argument);
  EXPECT_THROW((void)udp.RejectWithTcpReset(), std::invalid_argument);
  EXPECT_NO_THROW((void)udp.Reject(IcmpCode::kPortUnreachable));
}

TEST(NftRule, RefusesWhatNoPacketCanBe) {
  EXPECT_THROW((void)Rule().TcpFlags(0, 0), std::invalid_argument);
  EXPECT_THROW((void)Rule().TcpFlags(0x02, 0x10), std::invalid_argument);
  EXPECT_THROW((void)Rule().AnyTcpFlag(0), std::invalid_argument);
  EXPECT_THROW((void)Rule().InState({}), std::invalid_argument);
  EXPECT_THROW((void)Rule().Nth(0), std::invalid_argument);
  EXPECT_THROW((void)Rule().First(0), std::invalid_argument);
  EXPECT_THROW((void)Rule().EveryNth(0), std::invalid_argument);
}

TEST(NftRule, RefusesWhatTheKernelWouldRefuse) {
  EXPECT_THROW((void)Rule(Hook::kPostrouting).RejectWithTcpReset(), std::invalid_argument);
  EXPECT_THROW((void)Rule(Hook::kPostrouting).Reject(IcmpxCode::kNoRoute), std::invalid_argument);
  EXPECT_THROW((void)Rule().LimitTo(0, RateUnit::kSecond), std::invalid_argument);
  EXPECT_THROW((void)Rule().LimitOver(1, RateUnit::kSecond, 0), std::invalid_argument);
  EXPECT_THROW((void)Rule().Log(1, std::string(128, 'x')), std::invalid_argument);
  EXPECT_THROW((void)Rule().Log(1, "a\"b"), std::invalid_argument);
  EXPECT_NO_THROW((void)Rule().Log(1, std::string(127, 'x')));
}

}  // namespace
}  // namespace halfopen

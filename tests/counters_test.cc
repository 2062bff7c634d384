// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/counters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>

#include "netns/error.h"

namespace halfopen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr char kTables[] =
    "Ip: Forwarding DefaultTTL InReceives\n"
    "Ip: 2 64 773\n"
    "Tcp: MaxConn InSegs RetransSegs InErrs\n"
    "Tcp: -1 100 7 0\n"
    "TcpExt: SyncookiesSent ListenOverflows ListenDrops\n"
    "TcpExt: 0 3 4\n";
constexpr char kIpv6[] =
    "Ip6InReceives                   \t1\n"
    "Icmp6OutType135                 \t2\n"
    "UdpLite6InErrors                \t0\n";

std::string ErrorOf(const Counters& counters, std::string_view name) {
  try {
    counters.Get(name);
  } catch (const std::out_of_range& error) {
    return error.what();
  }
  return "found";
}

TEST(Counters, AreFoundByFullBareAndNstatName) {
  const Counters counters = Counters::Parse(kTables, kIpv6);
  EXPECT_EQ(counters.Get("TcpExt.ListenOverflows"), 3);
  EXPECT_EQ(counters.Get("ListenOverflows"), 3);
  EXPECT_EQ(counters.Get("TcpExtListenOverflows"), 3);
  EXPECT_EQ(counters.Get("Tcp.RetransSegs"), 7);
  EXPECT_EQ(counters.Get("Tcp.MaxConn"), -1);
  EXPECT_EQ(counters.Get("Ip6.InReceives"), 1);
  EXPECT_EQ(counters.Get("Ip6InReceives"), 1);
  EXPECT_EQ(counters.Get("Icmp6.OutType135"), 2);
  EXPECT_EQ(counters.Get("UdpLite6.InErrors"), 0);
}

TEST(Counters, UnknownNameListsNearOnes) {
  const Counters counters = Counters::Parse(kTables, kIpv6);
  EXPECT_THAT(ErrorOf(counters, "ListenOverflow"),
              HasSubstr("no counter 'ListenOverflow'; near ones: TcpExt.ListenOverflows, "));
  EXPECT_THAT(ErrorOf(counters, "tcp.retranssegs"), HasSubstr("near ones: Tcp.RetransSegs, "));
  EXPECT_THAT(ErrorOf(Counters{}, "x"), HasSubstr("no counter 'x'"));
}

TEST(Counters, AmbiguousNameListsItsMeanings) {
  EXPECT_EQ(ErrorOf(Counters::Parse(kTables, kIpv6), "InReceives"),
            "counter 'InReceives' may be Ip.InReceives or Ip6.InReceives");
}

TEST(Counters, DifferenceListsTheChangedOnesOnly) {
  const Counters before = Counters::Parse("Tcp: InSegs OutSegs CurrEstab\nTcp: 10 20 1\n");
  const Counters after =
      Counters::Parse("Tcp: InSegs OutSegs CurrEstab\nTcp: 15 20 0\n", "Icmp6InType1 \t2\n");
  EXPECT_THAT(after.Since(before), ElementsAre(Pair("Icmp6.InType1", 2), Pair("Tcp.CurrEstab", -1),
                                               Pair("Tcp.InSegs", 5)));
  EXPECT_THAT(after.Since(after), IsEmpty());
}

TEST(Counters, OtherTextIsRefused) {
  EXPECT_THROW(Counters::Parse("Tcp: InSegs\n"), std::invalid_argument);
  EXPECT_THROW(Counters::Parse("Tcp: InSegs\nUdp: 1\n"), std::invalid_argument);
  EXPECT_THROW(Counters::Parse("Tcp: InSegs OutSegs\nTcp: 1\n"), std::invalid_argument);
  EXPECT_THROW(Counters::Parse("Tcp: InSegs\nTcp: many\n"), std::invalid_argument);
  EXPECT_THROW(Counters::Parse("", "Ip6InReceives\n"), std::invalid_argument);
  EXPECT_THROW(Counters::Parse("", "InReceives 1\n"), std::invalid_argument);
}

TEST(Counters, GrowthIsToldWithTcpFirst) {
  const CounterGrowth growth{
      {}, "client", {{"Ip.InReceives", 7}, {"Tcp.InSegs", 3}, {"TcpExt.ListenDrops", 1}}};
  EXPECT_EQ(growth.ToString(), "client: TcpExt.ListenDrops +1, Tcp.InSegs +3, Ip.InReceives +7");
  CounterGrowth many{{}, "client", {}};
  for (char c = 'a'; c <= 'z'; ++c) many.grown[std::string("Ip.") + c] = 1;
  EXPECT_THAT(many.ToString(), testing::EndsWith("Ip.l +1, 14 more"));
}

TEST(Counters, AreTheNamespacesOwn) {
  try {
    const NetworkNamespace fresh = NetworkNamespace::Create();
    const Counters counters = Counters::Read(fresh);
    EXPECT_EQ(counters.Get("Tcp.InSegs"), 0);
    EXPECT_EQ(counters.Get("TcpExt.ListenOverflows"), 0);
    EXPECT_THAT(Counters::Read(fresh).Since(counters), IsEmpty());
    std::vector<std::string> told;
    KeepCounterGrowth([&](const CounterGrowth& growth) { told.push_back(growth.ToString()); });
    Counters::Read(fresh, "server").Since(counters);
    Counters::Read(fresh).Since(counters);
    KeepCounterGrowth(nullptr);
    EXPECT_THAT(told, testing::ElementsAre("server: no counter has grown"));
  } catch (const EnvironmentError& error) {
    if (error.error() != EPERM) throw;
    GTEST_SKIP() << error.what() << "; run it as root";
  }
}

}  // namespace
}  // namespace halfopen

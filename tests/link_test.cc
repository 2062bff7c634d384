// SPDX-License-Identifier: GPL-2.0-or-later
// LinkTable with ip(8) as the oracle.
#include "netns/link.h"

#include <gmock/gmock.h>

#include "netns/next_hop.h"
#include "tests/nft_test_kernel.h"

namespace halfopen {
namespace {

using testing::HasSubstr;
using testing::Not;

const IpAddress kOwn = IpAddress::Parse("10.0.0.1");
const IpAddress kPeer = IpAddress::Parse("10.0.0.2");
const IpAddress kOwn6 = IpAddress::Parse("fd00::1");
const IpAddress kPeer6 = IpAddress::Parse("fd00::2");

class LinkTest : public NamespaceTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    if (IsSkipped()) return;
    if (std::system("command -v ip >/dev/null 2>&1") != 0) GTEST_SKIP() << "ip(8) is not installed";
    links_.emplace(where());
    links_->CreateVeth({where(), "near", {2, 0, 0, 0, 0, 1}}, {where(), "far", {2, 0, 0, 0, 0, 2}});
    links_->SetUp("near");
    links_->SetUp("far");
    links_->AddAddress("near", kOwn, 24);
    links_->AddAddress("near", kOwn6, 64);
  }
  std::string Ip(const std::string& arguments) const {
    return OutputOf(where(), "ip " + arguments);
  }

  std::optional<LinkTable> links_;
};

TEST_F(LinkTest, RoutesComeAndGo) {
  links_->AddRoute(Route::Default(kPeer));
  links_->AddRoute(Route::Default(kPeer6));
  EXPECT_THAT(Ip("-4 route"), HasSubstr("default via 10.0.0.2 dev near"));
  EXPECT_THAT(Ip("-6 route"), HasSubstr("default via fd00::2 dev near"));
  links_->DeleteRoute(Route::Default(kPeer));
  links_->DeleteRoute(Route::Default(kPeer6));
  EXPECT_THAT(Ip("-4 route"), Not(HasSubstr("default")));
  EXPECT_THAT(Ip("-6 route"), Not(HasSubstr("default")));
}

TEST_F(LinkTest, NextHopIsTheDestinationOrTheRouterOnTheWay) {
  const MacAddress router = {2, 0, 0, 0, 0, 9};
  const MacAddress router6 = {2, 0, 0, 0, 0, 6};
  links_->AddNeighbour("near", kPeer, router);
  links_->AddNeighbour("near", kPeer6, router6);
  links_->AddRoute(Route::Default(kPeer));
  links_->AddRoute(Route::Default(kPeer6));
  EXPECT_EQ(NextHop(where(), kPeer), router);
  EXPECT_EQ(NextHop(where(), kPeer6), router6);
  EXPECT_EQ(NextHop(where(), IpAddress::Parse("192.0.2.1")), router);
  EXPECT_EQ(NextHop(where(), IpAddress::Parse("2001:db8::1")), router6);
}

TEST_F(LinkTest, NextHopNeedsARouteAndANeighbour) {
  EXPECT_THROW(NextHop(where(), kPeer), EnvironmentError);
  EXPECT_THROW(NextHop(where(), IpAddress::Parse("192.0.2.1")), EnvironmentError);
}

TEST_F(LinkTest, LinkIsFoundByItsAddress) {
  for (const IpAddress& address : {kOwn, kOwn6}) {
    const AddressedLink link = LinkOfAddress(where(), address);
    EXPECT_EQ(link.name, "near");
    EXPECT_EQ(link.mac, (MacAddress{2, 0, 0, 0, 0, 1}));
  }
  EXPECT_THROW(LinkOfAddress(where(), kPeer), EnvironmentError);
}

TEST_F(LinkTest, TheKernelsOwnRouteCanBeDeleted) {
  links_->DeleteRoute(
      {.destination = IpAddress::Parse("10.0.0.0"), .prefix_length = 24, .link = "near"});
  EXPECT_THAT(Ip("-4 route"), Not(HasSubstr("10.0.0.0/24")));
}

TEST_F(LinkTest, RoutesHaveTypes) {
  for (const auto& [type, word] : {std::pair{RouteType::kBlackhole, "blackhole"},
                                   {RouteType::kUnreachable, "unreachable"},
                                   {RouteType::kProhibit, "prohibit"}}) {
    for (const IpAddress& address : {kPeer, kPeer6}) {
      Route route = Route::To(address);
      route.type = type;
      links_->AddRoute(route);
      const std::string version = address == kPeer ? "-4" : "-6";
      EXPECT_THAT(Ip(version + " route"), HasSubstr(word + (" " + address.ToString())));
      links_->DeleteRoute(route);
    }
  }
}

// What a transparent proxy needs (Documentation/networking/tproxy.rst).
TEST_F(LinkTest, ATableOfItsOwnDeliversMarkedPacketsHere) {
  for (const bool ipv4 : {true, false}) {
    links_->AddRoute({.destination = IpAddress::Parse(ipv4 ? "0.0.0.0" : "::"),
                      .link = "lo",
                      .table = 100,
                      .type = RouteType::kLocal});
    links_->AddRule({ipv4 ? IpFamily::kIpv4 : IpFamily::kIpv6, 7, 100});
    const std::string version = ipv4 ? "-4" : "-6";
    EXPECT_THAT(Ip(version + " route show table 100"), HasSubstr("local default dev lo"));
    EXPECT_THAT(Ip(version + " rule"), HasSubstr("fwmark 0x7 lookup 100"));
  }
}

TEST_F(LinkTest, LinksChange) {
  links_->SetMtu("near", 1300);
  EXPECT_THAT(Ip("link show near"), HasSubstr("mtu 1300"));
  links_->SetDown("near");
  EXPECT_TRUE(links_->IsDark("near"));
  EXPECT_THAT(Ip("link show near"), HasSubstr("state DOWN"));
  links_->SetUp("near");
  EXPECT_FALSE(links_->IsDark("near"));
  links_->Delete("near");
  EXPECT_TRUE(links_->IsDark("near"));
  EXPECT_THAT(Ip("link"), Not(HasSubstr("far")));
}

TEST_F(LinkTest, AddressesAndNeighboursGo) {
  links_->AddNeighbour("near", kPeer, {2, 0, 0, 0, 0, 2});
  EXPECT_THAT(Ip("neigh"), HasSubstr("10.0.0.2 dev near lladdr 02:00:00:00:00:02 PERMANENT"));
  links_->DeleteNeighbour("near", kPeer);
  EXPECT_THAT(Ip("neigh"), Not(HasSubstr("02:00:00:00:00:02")));
  links_->DeleteAddress("near", kOwn, 24);
  links_->DeleteAddress("near", kOwn6, 64);
  EXPECT_THAT(Ip("address show near"), Not(HasSubstr("10.0.0.1")));
  EXPECT_THAT(Ip("address show near"), Not(HasSubstr("fd00::1")));
}

TEST_F(LinkTest, ARefusalNamesTheRoute) {
  try {
    links_->AddRoute(Route::Default(IpAddress::Parse("192.0.2.1")));
    FAIL() << "a gateway that nothing leads to";
  } catch (const EnvironmentError& refusal) {
    EXPECT_EQ(refusal.error(), ENETUNREACH);
    EXPECT_THAT(refusal.what(), HasSubstr("route unicast 0.0.0.0/0 via 192.0.2.1 table 254"));
  }
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace halfopen {
namespace {

TEST(IpAddressTest, PrintsWhatItParsed) {
  for (const char* text : {"10.0.0.1", "fd00::1", "::", "255.255.255.255"}) {
    EXPECT_EQ(IpAddress::Parse(text).ToString(), text);
  }
}

TEST(IpAddressTest, RejectsWhatIsNoAddress) {
  for (const char* text : {"", "10.0.0", "10.0.0.1.2", "fd00::1::2", "localhost"}) {
    EXPECT_THROW(IpAddress::Parse(text), std::invalid_argument) << text;
  }
}

TEST(EndpointTest, PrintsAsSsDoes) {
  EXPECT_EQ((Endpoint{IpAddress::Parse("10.0.0.1"), 80}.ToString()), "10.0.0.1:80");
  EXPECT_EQ((Endpoint{IpAddress::Parse("fd00::1"), 80}.ToString()), "[fd00::1]:80");
}

TEST(EndpointTest, UnmapsOnlyIpv4MappedAddresses) {
  EXPECT_EQ((Endpoint{IpAddress::Parse("::ffff:10.0.0.1"), 80}.Unmapped()),
            (Endpoint{IpAddress::Parse("10.0.0.1"), 80}));
  for (const char* text : {"10.0.0.1", "fd00::1", "::1", "::10.0.0.1"}) {
    const Endpoint endpoint{IpAddress::Parse(text), 80};
    EXPECT_EQ(endpoint.Unmapped(), endpoint) << text;
  }
}

TEST(EndpointTest, SurvivesTheSockaddrRoundTrip) {
  for (const char* text : {"10.0.0.1", "fd00::1"}) {
    const Endpoint endpoint{IpAddress::Parse(text), 4242};
    sockaddr_storage storage{};
    endpoint.ToSockaddr(storage);
    EXPECT_EQ(Endpoint::FromSockaddr(storage), endpoint);
  }
}

}  // namespace
}  // namespace halfopen

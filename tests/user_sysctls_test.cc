// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/user_sysctls.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace halfopen {
namespace {

using NameAndValue = std::pair<std::string, std::string>;

TEST(UserSysctls, AreNameAndValue) {
  EXPECT_EQ(ParseSysctl("net.ipv4.tcp_retries2=3"), NameAndValue("net.ipv4.tcp_retries2", "3"));
  EXPECT_EQ(ParseSysctl("net.ipv4.tcp_rmem=4096 5000 6000"),
            NameAndValue("net.ipv4.tcp_rmem", "4096 5000 6000"));
  EXPECT_EQ(ParseSysctl("net.ipv4.tcp_fastopen_key=0=1").second, "0=1");
}

TEST(UserSysctls, NeedAValue) {
  EXPECT_THROW(ParseSysctl("net.ipv4.tcp_retries2"), std::invalid_argument);
  EXPECT_THROW(ParseSysctl("net.ipv4.tcp_retries2="), std::invalid_argument);
  EXPECT_THROW(ParseSysctl("=3"), std::invalid_argument);
  EXPECT_THROW(ParseSysctl(""), std::invalid_argument);
}

TEST(UserSysctls, AreThoseOfNetworkNamespacesAlone) {
  EXPECT_THROW(ParseSysctl("kernel.hostname=elsewhere"), std::invalid_argument);
  EXPECT_THROW(ParseSysctl("vm.swappiness=1"), std::invalid_argument);
  EXPECT_THROW(ParseSysctl("net/ipv4/tcp_sack=0"), std::invalid_argument);
  EXPECT_THROW(ParseSysctl("net./../kernel/hostname=x"), std::invalid_argument);
  EXPECT_THROW(ParseSysctl("network=1"), std::invalid_argument);
}

}  // namespace
}  // namespace halfopen

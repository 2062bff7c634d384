// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/credentials.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>

#include "netns/error.h"

namespace halfopen {
namespace {

// The effective set of the calling thread, as proc(5) prints it.
std::uint64_t Effective() {
  std::ifstream status("/proc/thread-self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("CapEff:")) return std::stoull(line.substr(7), nullptr, 16);
  }
  return 0;
}

TEST(WithoutCapabilitiesTest, TakesTheseAndGivesThemBack) {
  const std::uint64_t before = Effective();
  const std::uint64_t both = 1ULL << CAP_NET_ADMIN | 1ULL << CAP_NET_RAW;
  {
    const WithoutCapabilities outer({CAP_NET_ADMIN});
    const WithoutCapabilities inner({CAP_NET_ADMIN, CAP_NET_RAW});
    EXPECT_EQ(Effective(), before & ~both);
  }
  EXPECT_EQ(Effective(), before);
}

TEST(AsUserTest, ReturnsToTheUserFromBeforeOrNamesTheRemedy) {
  const int before = setfsuid(static_cast<uid_t>(-1));
  try {
    const AsUser nobody(65534);
    EXPECT_EQ(setfsuid(static_cast<uid_t>(-1)), 65534);
  } catch (const MissingCapability& missing) {
    EXPECT_NE(geteuid(), 0U);
    EXPECT_NE(std::string(missing.what()).find("remedy"), std::string::npos);
  }
  EXPECT_EQ(setfsuid(static_cast<uid_t>(-1)), before);
}

}  // namespace
}  // namespace halfopen

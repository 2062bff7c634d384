// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/venue/debian_kernel.h"

namespace halfopen {
namespace {

using testing::ElementsAre;

// As `apt-cache pkgnames linux-image-` prints them on Debian 12, in no order.
constexpr char kPackageNames[] = R"(linux-image-6.1.0-50-cloud-amd64-unsigned
linux-image-6.1.0-53-cloud-amd64-dbg
linux-image-6.12.117+deb12-cloud-amd64
linux-image-cloud-amd64
linux-image-6.12-cloud-amd64
linux-image-6.1.0-53-cloud-amd64
linux-image-6.1.0-9-cloud-amd64
linux-image-6.12.74+deb12-cloud-amd64
linux-image-6.12.74+deb12-amd64
linux-image-6.12.9+deb12-cloud-amd64-unsigned
linux-image-6.1.0-56-cloud-amd64
linux-image-amd64
)";

TEST(DebianVersionsTest, KernelsAreTakenFromPackageNamesOldestFirst) {
  EXPECT_THAT(CloudKernelVersions(kPackageNames),
              ElementsAre("6.1.0-9", "6.1.0-53", "6.1.0-56", "6.12.74+deb12", "6.12.117+deb12"));
  EXPECT_THAT(CloudKernelVersions(""), ElementsAre());
}

TEST(DebianVersionsTest, NewestOfWhatIsMeant) {
  const std::vector<std::string> versions = CloudKernelVersions(kPackageNames);
  EXPECT_EQ(NewestMatch("6.1", versions), "6.1.0-56");
  EXPECT_EQ(NewestMatch("6.12", versions), "6.12.117+deb12");
  EXPECT_EQ(NewestMatch("6", versions), "6.12.117+deb12");
  EXPECT_EQ(NewestMatch("6.1.0-9", versions), "6.1.0-9");
  EXPECT_EQ(NewestMatch("6.12.74", versions), "6.12.74+deb12");
  EXPECT_EQ(NewestMatch("6.12.7", versions), std::nullopt);
  EXPECT_EQ(NewestMatch("6.1.0-5", versions), std::nullopt);
  EXPECT_EQ(NewestMatch("7", versions), std::nullopt);
  EXPECT_EQ(NewestMatch("7", {}), std::nullopt);
}

TEST(DebianVersionsTest, NamesAreDebianAndAVersion) {
  EXPECT_EQ(DebianVersion("debian-6.12"), "6.12");
  EXPECT_EQ(DebianVersion("debian-6.12.117+deb12"), "6.12.117+deb12");
  for (const char* name : {"", "6.12", "debian", "debian-", "debian-x", "debian-6/../../x",
                           "debian-6.12 ", "ubuntu-6.8"}) {
    EXPECT_EQ(DebianVersion(name), std::nullopt) << name;
  }
}

TEST(DebianVersionsTest, WhatIsOfferedIsSaidInShort) {
  EXPECT_EQ(NamesFor(CloudKernelVersions(kPackageNames)),
            "debian-6.1, debian-6.12, or one version of these, as debian-6.12.117+deb12");
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/runner/privilege.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A /proc/sys whose switches a test can set.
class UserNamespaceRemedyTest : public testing::Test {
 protected:
  UserNamespaceRemedyTest() {
    std::string pattern = (fs::temp_directory_path() / "halfopen-proc-sys-XXXXXX").string();
    proc_sys_ = mkdtemp(pattern.data());
    fs::create_directories(proc_sys_ / "user");
    fs::create_directories(proc_sys_ / "kernel");
  }
  ~UserNamespaceRemedyTest() override { fs::remove_all(proc_sys_); }
  void Set(const char* name, int value) { std::ofstream(proc_sys_ / name) << value << "\n"; }

  fs::path proc_sys_;
};

TEST_F(UserNamespaceRemedyTest, NamesTheLimit) {
  Set("user/max_user_namespaces", 0);
  EXPECT_THAT(UserNamespaceRemedy(ENOSPC, proc_sys_),
              HasSubstr("sysctl user.max_user_namespaces="));
}

TEST_F(UserNamespaceRemedyTest, NamesDebiansSwitch) {
  Set("kernel/unprivileged_userns_clone", 0);
  EXPECT_THAT(UserNamespaceRemedy(EPERM, proc_sys_),
              HasSubstr("sysctl kernel.unprivileged_userns_clone=1"));
}

TEST_F(UserNamespaceRemedyTest, NamesUbuntusAppArmor) {
  Set("user/max_user_namespaces", 1000);
  Set("kernel/unprivileged_userns_clone", 1);
  Set("kernel/apparmor_restrict_unprivileged_userns", 1);
  EXPECT_THAT(UserNamespaceRemedy(EPERM, proc_sys_),
              HasSubstr("sysctl kernel.apparmor_restrict_unprivileged_userns=0"));
}

TEST_F(UserNamespaceRemedyTest, OtherwiseNamesTheContainer) {
  EXPECT_THAT(UserNamespaceRemedy(EPERM, proc_sys_), HasSubstr("seccomp"));
}

}  // namespace
}  // namespace halfopen

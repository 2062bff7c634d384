// SPDX-License-Identifier: GPL-2.0-or-later
// How QEMU starts, of programs that have its name and do not.
#include "harness/venue/machine.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/venue/mailbox_memory.h"
#include "netns/error.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MachineTest : public testing::Test {
 protected:
  MachineTest() : folder_(testing::TempDir() + "machine-XXXXXX"), path_(std::getenv("PATH")) {
    if (mkdtemp(folder_.data()) == nullptr) throw EnvironmentError("mkdtemp", folder_, errno);
    setenv("PATH", fmt::format("{}:{}", folder_, path_).c_str(), 1);
  }

  ~MachineTest() override {
    setenv("PATH", path_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }

  // What the start of a QEMU that is this shell script is refused with.
  std::string Refusal(const std::string& script, Duration patience = std::chrono::hours(1)) {
    const std::string file = folder_ + "/qemu-system-x86_64";
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    chmod(file.c_str(), 0755);
    const MailboxMemory mailbox = MailboxMemory::Create();
    try {
      const Machine machine(folder_ + "/ram", Machine::Ram::kCopied, mailbox.descriptor(), {},
                            {Clock::now() + patience, -1});
    } catch (const EnvironmentError& error) {
      return error.what();
    }
    return {};
  }

 private:
  std::string folder_;
  std::string path_;
};

TEST_F(MachineTest, QemuThatEndsAtOnceIsToldWithItsWords) {
  EXPECT_THAT(Refusal("echo no such machine >&2; exit 1"),
              AllOf(HasSubstr("QEMU has ended"), HasSubstr("no such machine")));
}

TEST_F(MachineTest, QemuThatIsKilledAtItsStartIsTold) {
  EXPECT_THAT(Refusal("kill -TERM $$"), HasSubstr("QEMU was killed by SIGTERM"));
}

// As QEMU does when SIGTERM ends it: it lets go of the monitor first, and cleans up.
TEST_F(MachineTest, QemuThatEndsSlowlyIsNotSaidToBeKilledByUs) {
  EXPECT_THAT(Refusal("exec 0<&-; sleep 0.1; kill -TERM $$"),
              HasSubstr("QEMU was killed by SIGTERM"));
  EXPECT_THAT(Refusal("exec 0<&-; sleep 0.1; echo terminating on signal 15 >&2"),
              AllOf(HasSubstr("QEMU has ended"), HasSubstr("terminating on signal 15")));
}

TEST_F(MachineTest, WhoSaysNothingIsNotWaitedForLonger) {
  EXPECT_THAT(
      Refusal("exec sleep 1000", std::chrono::milliseconds(10)),
      AllOf(HasSubstr("QEMU start"), HasSubstr("ETIMEDOUT"), testing::Not(HasSubstr("SIGKILL"))));
}

TEST_F(MachineTest, WhoSpeaksAnotherProtocolIsRefused) {
  EXPECT_THAT(Refusal("echo hello >&0; exec sleep 1000"), HasSubstr("EPROTO"));
}

}  // namespace
}  // namespace halfopen

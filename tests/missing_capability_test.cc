// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel without nftables or without inet_diag, as a seccomp filter can play it: the netlink
// families are not there.
#include <gmock/gmock.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>

#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// From now on socket(AF_NETLINK, …, bus) fails with EPROTONOSUPPORT in this process and its
// children.
bool HideNetlinkBus(unsigned bus) {
  const auto argument = [](int index) {
    return static_cast<unsigned>(offsetof(seccomp_data, args) + sizeof(__u64) * index);
  };
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument(0)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument(2)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bus, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{std::size(program), program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

class MissingCapabilityTest : public BadDays {
 protected:
  void ExpectSkipThatNames(unsigned bus, const std::string& feature) {
    const auto hidden = [bus] { return HideNetlinkBus(bus); };
    const Ended skipped = Run({"Testbed.UsesEveryPart", "--family", "4"}, hidden);
    EXPECT_EQ(skipped.code, 0) << skipped.output;
    EXPECT_THAT(skipped.output,
                AllOf(HasSubstr("skipped    Testbed.UsesEveryPart/IPv4"), HasSubstr(feature)));
    const Ended required = Run({"Testbed.UsesEveryPart", "--family", "4", "--require"}, hidden);
    EXPECT_EQ(required.code, 2) << required.output;
    EXPECT_THAT(required.output, HasSubstr(feature));
  }
};

TEST_F(MissingCapabilityTest, EverythingIsHere) {
  const Ended ended = Run({"Testbed.UsesEveryPart"});
  EXPECT_EQ(ended.code, 0) << ended.output;
}

TEST_F(MissingCapabilityTest, NftablesIsNamed) {
  ExpectSkipThatNames(NETLINK_NETFILTER, "nfnetlink");
}

TEST_F(MissingCapabilityTest, InetDiagIsNamed) {
  ExpectSkipThatNames(NETLINK_SOCK_DIAG, "CONFIG_INET_DIAG");
}

TEST_F(MissingCapabilityTest, ProgramIsNamedWithItsPackage) {
  // /usr/sbin is searched too, and has none of these.
  const auto hidden = [this] { return setenv("PATH", folder_.c_str(), 1) == 0; };
  const std::vector<std::string> netcat = {"NetcatTravels.Listens", "--family", "4"};
  const Ended skipped = Run(netcat, hidden);
  EXPECT_EQ(skipped.code, 0) << skipped.output;
  EXPECT_THAT(skipped.output, AllOf(HasSubstr("skipped    NetcatTravels.Listens/IPv4"),
                                    HasSubstr("'nc' is not installed; run: sudo apt-get install "
                                              "netcat-openbsd")));
  EXPECT_EQ(Run({"NetcatTravels.Listens", "--family", "4", "--require"}, hidden).code, 2);
}

TEST_F(MissingCapabilityTest, EvidenceOfADeadScenarioIsMadeReadable) {
  const Ended ended = Run({"Testbed.DiesInTheMiddle", "--family", "6"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("killed by SIGKILL"));
  const auto folder = out_ / "Testbed.DiesInTheMiddle.IPv6";
  const nlohmann::json timeline = nlohmann::json::parse(ReadFile(folder / "timeline.json"));
  std::string texts;
  for (const auto& event : timeline["events"]) texts += event["text"].get<std::string>() + '\n';
  EXPECT_THAT(texts, AllOf(HasSubstr("client >| server  S   0:0(0)"),
                           HasSubstr("client: connect([fd00::2]:80) = -1 EINPROGRESS"),
                           HasSubstr("fault on server armed: tcp dport 80")));
  EXPECT_THAT(ReadFile(folder / "server.nft"), HasSubstr("table inet halfopen"));
  EXPECT_GT(fs::file_size(folder / "client-veth0.pcap"), 24U);
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// Runs that change expectations, or the kernel under them.
#include <gmock/gmock.h>

#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using MutationRunTest = BadDays;

TEST_F(MutationRunTest, SaysHowManyWereKilled) {
  const Ended ended = Run({"Mutants.AllAreKilled/IPv4", "--mutate", "--control"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  const auto results = nlohmann::json::parse(ReadFile(out_ / "results.json"));
  const auto& score = results["mutation"];
  EXPECT_GT(score["mutants"], 20);
  EXPECT_EQ(score["mutants"], score["killed"]);
  EXPECT_EQ(score, results["scenarios"][0]["mutation"]);
  EXPECT_FALSE(results["scenarios"][1].contains("mutation")) << "a control";
  EXPECT_THAT(ended.output,
              HasSubstr(fmt::format("{} mutants, {} killed, 0 survived",
                                    score["mutants"].get<int>(), score["killed"].get<int>())));
}

TEST_F(MutationRunTest, FailsForASurvivor) {
  const Ended ended = Run({"Mutants.OneSurvives/IPv4", "--mutate"});
  EXPECT_EQ(ended.code, 1) << ended.output;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("suites/mutants.cc:"), HasSubstr("a mutant survived"),
                                  HasSubstr("of nothing at all"), HasSubstr(", 1 survived")));
  EXPECT_THAT(ReadFile(out_ / "junit.xml"), HasSubstr("a mutant survived"));
}

TEST_F(MutationRunTest, AppliesAMutantThatWasKilled) {
  ASSERT_EQ(Run({"Mutants.AllAreKilled/IPv4", "--mutate"}).code, 0);
  const auto mutants =
      nlohmann::json::parse(ReadFile(out_ / "Mutants.AllAreKilled.IPv4" / "mutants.json"));
  for (const std::size_t one : {std::size_t{0}, mutants.size() - 1}) {
    const std::string name = mutants.at(one)["name"];
    const Ended ended = Run({"Mutants.AllAreKilled/IPv4", "--mutant", name});
    EXPECT_EQ(ended.code, 1) << ended.output;
    EXPECT_THAT(ended.output, AllOf(HasSubstr("failed "), HasSubstr("--mutant")));
  }
}

TEST_F(MutationRunTest, HasNoMutantOfAnotherName) {
  const Ended ended = Run({"Mutants.AllAreKilled/IPv4", "--mutant", "elsewhere.cc:1: EPIPE"});
  EXPECT_EQ(ended.code, 2) << ended.output;
  EXPECT_THAT(ended.output,
              HasSubstr("no expectation that was held has the mutant 'elsewhere.cc:1: EPIPE'"));
  EXPECT_EQ(Run({"--mutate", "--mutant", "elsewhere.cc:1: EPIPE"}).code, 2);
}

TEST_F(MutationRunTest, SetsSysctlsOnEveryHost) {
  ASSERT_EQ(Run({"Testbed.UsesEveryPart/IPv4", "--sysctl", "net.ipv4.tcp_sack=0", "--sysctl",
                 "net.ipv4.tcp_syn_retries=5"})
                .code,
            0);
  for (const char* host : {"client", "server"}) {
    const std::string sysctls =
        ReadFile(out_ / "Testbed.UsesEveryPart.IPv4" / fmt::format("{}.sysctl", host));
    EXPECT_THAT(sysctls, AllOf(HasSubstr("net.ipv4.tcp_sack = 0"),
                               HasSubstr("net.ipv4.tcp_syn_retries = 5")));
  }
}

TEST_F(MutationRunTest, RefusesSysctlsBeforeAnythingRuns) {
  const auto refused = [this](const std::string& sysctl, const std::string& words) {
    const Ended ended = Run({"Testbed.UsesEveryPart/IPv4", "--sysctl", sysctl});
    EXPECT_EQ(ended.code, 2) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(words));
    EXPECT_FALSE(fs::exists(out_ / "Testbed.UsesEveryPart.IPv4"));
  };
  refused("net.ipv4.tcp_sakk=0", "this kernel has no sysctl net.ipv4.tcp_sakk");
  refused("net.ipv4.tcp_syn_retries=500", "net.ipv4.tcp_syn_retries = 500: EINVAL");
  refused("kernel.hostname=elsewhere", "below net. alone");
  refused("net.ipv4.tcp_sack", "NAME=VALUE");
}

}  // namespace
}  // namespace halfopen

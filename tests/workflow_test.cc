// SPDX-License-Identifier: GPL-2.0-or-later
// The workflow for GitHub Actions is copied elsewhere and run there: here it can only be read.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <regex>
#include <string>

#include "tests/bad_days.h"

namespace halfopen {
namespace {

using testing::HasSubstr;

const fs::path kWorkflow = fs::path(HALFOPEN_CI_FOLDER) / "github-workflow.yml";

TEST(Workflow, IsYaml) {
  if (std::system("python3 -c 'import yaml' 2>/dev/null") != 0) {
    GTEST_SKIP() << "needs python3-yaml";
  }
  const std::string jobs =
      "import sys, yaml\n"
      "jobs = yaml.safe_load(open(sys.argv[1]))['jobs']\n"
      "assert list(jobs) == ['build', 'run', 'report'], jobs\n"
      "for job in jobs.values():\n"
      "  assert job['container'] == {'image': 'debian:12', 'options': '--privileged'}, job\n"
      "  for step in job['steps']: assert ('run' in step) != ('uses' in step), step\n"
      "  uploads = [step for step in job['steps'] if 'upload-artifact' in step.get('uses', '')]\n"
      "  assert job is jobs['build'] or [step['if'] for step in uploads] == ['always()'], uploads\n"
      "matrix = jobs['run']['strategy']['matrix']\n"
      "assert matrix['shard'] == list(range(jobs['run']['env']['GTEST_TOTAL_SHARDS'])), matrix\n";
  EXPECT_EQ(std::system(fmt::format("python3 -c \"{}\" '{}'", jobs, kWorkflow.string()).c_str()),
            0);
}

// What GitHub puts into a command before the shell reads it could be a branch's name.
TEST(Workflow, PutsNoExpressionIntoACommand) {
  const std::string text = ReadFile(kWorkflow);
  std::istringstream lines(text);
  const std::regex allowed(
      R"( +(if|name|KERNEL|GTEST_SHARD_INDEX): .*\$\{\{ (matrix\.(kernel|shard)|!cancelled\(\)) \}\}.*)");
  int expressions = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("${{") == std::string::npos) continue;
    EXPECT_TRUE(std::regex_match(line, allowed)) << line;
    ++expressions;
  }
  EXPECT_EQ(expressions, 4);
  EXPECT_THAT(text, HasSubstr("permissions:\n  contents: read\n"));
}

TEST(Workflow, NamesScriptsAndCommandsThatExist) {
  const std::string text = ReadFile(kWorkflow);
  const std::string help = WaitFor(Start({"--help"})).output;
  int scripts = 0;
  const std::regex script("run: (ci/[a-z-]+)");
  for (std::sregex_iterator it(text.begin(), text.end(), script), end; it != end; ++it, ++scripts) {
    const fs::path file = fs::path(HALFOPEN_CI_FOLDER).parent_path() / (*it)[1].str();
    EXPECT_EQ(access(file.c_str(), X_OK), 0) << file;
  }
  EXPECT_EQ(scripts, 3);
  int commands = 0;
  const std::regex command("build/halfopen ([a-z]+)");
  for (std::sregex_iterator it(text.begin(), text.end(), command), end; it != end;
       ++it, ++commands) {
    if ((*it)[1] == "build") continue;  // tar's second file
    EXPECT_THAT(help, HasSubstr("\n  " + (*it)[1].str() + " "));
  }
  EXPECT_GE(commands, 4);
  for (const char* option : {"--require", "--kernel", "--profile"}) {
    EXPECT_THAT(text, HasSubstr(option));
    EXPECT_THAT(WaitFor(Start({"run", "--help"})).output, HasSubstr(option));
  }
}

}  // namespace
}  // namespace halfopen

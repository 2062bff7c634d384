// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_GITHUB_H_
#define HALFOPEN_HARNESS_REPORT_GITHUB_H_

#include <string>

#include "harness/report/result.h"

namespace halfopen {

// What GitHub Actions makes annotations of: a workflow command for each result that did not go as
// expected, failures before errors,
//   ::error file=scenarios/x.cc,line=22,title=KeepaliveExpiry.X/IPv4::the one line that matters
// GitHub shows ten errors of a step; a warning says how many more there are. Empty if all is well.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
std::string GitHubAnnotations(const RunReport& report);

// The counts, and each result that did not go as expected with the line that matters, in GitHub's
// Markdown. All text in it stays text.
std::string GitHubSummary(const RunReport& report);

// Where GitHub Actions runs this (GITHUB_ACTIONS=true): returns the annotations, for standard
// output, and appends the summary to the file that GITHUB_STEP_SUMMARY names. Throws
// EnvironmentError if that file cannot be written.
std::string TellGitHub(const RunReport& report);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_GITHUB_H_

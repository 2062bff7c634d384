// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_COMMAND_LINE_H_
#define HALFOPEN_HARNESS_RUNNER_COMMAND_LINE_H_

namespace halfopen {

// The halfopen command line over every registered scenario; the whole of main(). With any --gtest_
// flag it is an ordinary GoogleTest binary that isolates itself first. Returns the exit code:
// 0 all as expected, 1 a scenario failed, 2 the call or the environment is wrong, 130 interrupted.
int Main(int argc, char** argv);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_COMMAND_LINE_H_

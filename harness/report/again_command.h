// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_AGAIN_COMMAND_H_
#define HALFOPEN_HARNESS_REPORT_AGAIN_COMMAND_H_

#include <string>
#include <string_view>

#include "harness/report/result.h"

namespace halfopen {

// `text` as one word of a POSIX shell, whatever it holds.
std::string ShellWord(std::string_view text);

// The command that makes a run again, to be pasted into a shell: "halfopen run --kernel debian-6.12
// --profile default 'KeepaliveExpiry.Blocked/IPv4'". The names may be of another's making.
std::string AgainCommand(const ScenarioResult& result, const std::string& venue,
                         const std::string& profile, const std::string& kernel);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_AGAIN_COMMAND_H_

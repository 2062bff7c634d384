// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_SIGNAL_WORDS_H_
#define HALFOPEN_NETNS_SIGNAL_WORDS_H_

#include <string>

namespace halfopen {

// How a process ended by a signal: "killed by SIGKILL (Killed)", "killed by signal 35".
// Thread-safe.
std::string KilledBy(int signal);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_SIGNAL_WORDS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_SIGNALS_H_
#define HALFOPEN_HARNESS_RUNNER_SIGNALS_H_

#include "netns/fd.h"

namespace halfopen {

// Takes SIGINT, SIGTERM and SIGHUP over for good: the descriptor is readable once one has come.
// Throws EnvironmentError.
Fd TakeSignals();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_SIGNALS_H_

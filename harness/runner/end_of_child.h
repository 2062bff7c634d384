// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_END_OF_CHILD_H_
#define HALFOPEN_HARNESS_RUNNER_END_OF_CHILD_H_

#include <sys/types.h>

namespace halfopen {

// For PID 1 of a PID namespace whose body is to be ended from outside: kills and reaps everything
// else in it, and then ends what the kernel would go on sending for the dead in the network
// namespaces that the body held (DestroyTcpSockets).
void EndEverything(pid_t body) noexcept;

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_END_OF_CHILD_H_

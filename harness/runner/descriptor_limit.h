// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_DESCRIPTOR_LIMIT_H_
#define HALFOPEN_HARNESS_RUNNER_DESCRIPTOR_LIMIT_H_

namespace halfopen {

// Lets this process have as many descriptors as it may give itself (getrlimit(2), RLIMIT_NOFILE):
// each scenario that runs costs the runner some, and a login's soft limit is 1024.
void RaiseDescriptorLimit();

// Gives a scenario the limit that halfopen was started with, which its programs inherit.
void RestoreDescriptorLimit();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_DESCRIPTOR_LIMIT_H_

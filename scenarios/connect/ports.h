// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_CONNECT_PORTS_H_
#define HALFOPEN_SCENARIOS_CONNECT_PORTS_H_

#include <fmt/format.h>

#include "harness/scenario.h"

namespace halfopen {

// From which ports connect(2) and bind(2) choose, both ends of the range included.
inline void SetPortRange(Host& host, int first, int last) {
  host.sysctls().Set("net.ipv4.ip_local_port_range", fmt::format("{}\t{}", first, last));
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_CONNECT_PORTS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_TCP_TIMERS_H_
#define HALFOPEN_HARNESS_REPORT_TCP_TIMERS_H_

#include <vector>

#include "harness/report/ladder.h"
#include "harness/report/tcp_states.h"
#include "harness/report/tcp_trace.h"

namespace halfopen {

// When the timers of every end of a connection ran: those that fired by the segments that they
// caused, those that were stopped if they ran for a tenth of a second or longer, which leaves out
// what every acknowledged segment starts and stops. In the order of their begin; `lifeline` is left
// at -1.
std::vector<Ladder::Timer> DeriveTcpTimers(const TcpTrace& trace,
                                           const std::vector<Ladder::State>& states);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_TCP_TIMERS_H_

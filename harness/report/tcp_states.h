// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_TCP_STATES_H_
#define HALFOPEN_HARNESS_REPORT_TCP_STATES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/report/ladder.h"
#include "harness/report/tcp_trace.h"

namespace halfopen {

// The states of every end of a connection and of every listener, each from its change to the next.
struct TcpStates {
  // Socket diagnostics saw another state than the one derived up to then, and were believed.
  struct Correction {
    std::int64_t time = 0;
    std::string local;
    std::string remote;
    TcpState derived = TcpState::kClose;
    TcpState observed = TcpState::kClose;
  };

  std::vector<Ladder::State> spans;  // in the order of their begin; `lifeline` is left at -1
  std::size_t observations = 0;
  std::vector<Correction> corrections;
};

TcpStates DeriveTcpStates(const TcpTrace& trace);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_TCP_STATES_H_

// SPDX-License-Identifier: GPL-2.0-or-later
// What tracing costs a program: per system call that is traced, per one that is not, and per start.
// The same program with and without strace in one run, in turn.
// usage: bench_program_tracing [--benchmark_…]
#include <benchmark/benchmark.h>
#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "bench/live_testbed.h"
#include "fixtures/host.h"
#include "netns/clock.h"
#include "netns/error.h"
#include "netns/namespace.h"

namespace halfopen {
namespace {

constexpr std::uint16_t kPort = 81;  // the testbed's fault is about 80

// Of many runs: what other work on the machine adds is no cost of tracing.
double Least(const std::vector<double>& values) { return std::ranges::min(values); }

// The program's own measurement: nanoseconds for each of `count` calls.
double CallNanoseconds(LiveTestbed& testbed, const std::string& call, int count, bool traced) {
  Program caller = testbed.client().Run(
      ProgramOptions{.arguments = {HALFOPEN_CALLER, call, testbed.server().address().ToString(),
                                   std::to_string(kPort), std::to_string(count)},
                     .traced = traced});
  if (caller.Wait() != ExitStatus{}) {
    throw EnvironmentError("exec", HALFOPEN_CALLER, 0, caller.error_output());
  }
  return std::strtod(caller.output().c_str(), nullptr);
}

double StartNanoseconds(LiveTestbed& testbed, bool traced) {
  const TimePoint begin = Clock::now();
  CallNanoseconds(testbed, "recv", 0, traced);
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
}

using Measurement = std::function<double(LiveTestbed& testbed, bool traced)>;

void Compare(benchmark::State& state, const Measurement& measure) {
  LiveTestbed testbed({});
  const Socket listener = testbed.server().Listen(1024, kPort);
  std::vector<double> traced, untraced;
  for (auto iteration : state) {
    (void)iteration;
    untraced.push_back(measure(testbed, false));
    traced.push_back(measure(testbed, true));
  }
  state.counters["untraced_us"] = 1e-3 * Least(untraced);
  state.counters["traced_us"] = 1e-3 * Least(traced);
  state.counters["ratio"] = Least(traced) / Least(untraced);
}

void TracedCall(benchmark::State& state) {
  Compare(state, [](LiveTestbed& testbed, bool traced) {
    return CallNanoseconds(testbed, "recv", 2000, traced);
  });
}
BENCHMARK(TracedCall)->Iterations(25)->Unit(benchmark::kMillisecond)->UseRealTime();

void CallThatIsNotTraced(benchmark::State& state) {
  Compare(state, [](LiveTestbed& testbed, bool traced) {
    return CallNanoseconds(testbed, "getppid", 200'000, traced);
  });
}
BENCHMARK(CallThatIsNotTraced)->Iterations(25)->Unit(benchmark::kMillisecond)->UseRealTime();

// From Host::Run to Program::Wait, with a connect().
void Start(benchmark::State& state) { Compare(state, StartNanoseconds); }
BENCHMARK(Start)->Iterations(25)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace halfopen

int main(int argc, char** argv) {
  try {
    halfopen::RememberStartingNamespace();
    halfopen::Check(unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET (run as root)");
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception& refusal) {
    std::fprintf(stderr, "bench_program_tracing: %s\n", refusal.what());
    return 2;
  }
  return 0;
}

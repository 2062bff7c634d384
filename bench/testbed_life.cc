// SPDX-License-Identifier: GPL-2.0-or-later
// One testbed's life against the same done with ip, nft and tcpdump from a shell, in one run, in
// turn. CPU is user and system time of this process and of everything that it started.
// usage: bench_testbed_life [--benchmark_…]      (run from the repository's root)
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "bench/live_testbed.h"
#include "netns/clock.h"
#include "netns/error.h"
#include "netns/namespace.h"

namespace halfopen {
namespace {

struct Sample {
  double wall = 0;  // seconds
  double cpu = 0;   // seconds
};

double CpuSeconds() {
  double total = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      total += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    }
  }
  return total;
}

// The kernel takes the namespaces of the life before down in the background; the time that this
// holds its locks is charged to neither way.
void LetTheKernelSettle() { std::this_thread::sleep_for(std::chrono::milliseconds(300)); }

template <typename Life>
Sample Measure(const Life& life) {
  LetTheKernelSettle();
  const TimePoint begin = Clock::now();
  const double cpu = CpuSeconds();
  life();
  return {std::chrono::duration<double>(Clock::now() - begin).count(), CpuSeconds() - cpu};
}

std::filesystem::path TemporaryFolder() {
  std::string pattern = "/tmp/halfopen-bench-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw EnvironmentError("mkdtemp", pattern, errno);
  return pattern;
}

void LiveOurs() {
  const std::filesystem::path folder = TemporaryFolder();
  {
    LiveTestbed testbed(folder);
    testbed.Stop();
  }
  std::filesystem::remove_all(folder);
}

void LiveShell() {
  const std::filesystem::path folder = TemporaryFolder();
  const pid_t child = Check(fork(), "fork", "shell testbed");
  if (child == 0) {
    execl("bench/shell-testbed", "shell-testbed", folder.c_str(), nullptr);
    std::perror("bench/shell-testbed");
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw EnvironmentError("bench/shell-testbed", folder.string(), 0, "it failed");
  std::filesystem::remove_all(folder);
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

// Both lives in turn, so that the machine's mood meets both; the ratio is of the medians.
void TestbedLife(benchmark::State& state) {
  std::vector<double> ours_wall, ours_cpu, shell_wall, shell_cpu;
  for (auto iteration : state) {
    (void)iteration;
    const Sample ours = Measure(LiveOurs);
    const Sample shell = Measure(LiveShell);
    ours_wall.push_back(ours.wall);
    ours_cpu.push_back(ours.cpu);
    shell_wall.push_back(shell.wall);
    shell_cpu.push_back(shell.cpu);
  }
  state.counters["ours_wall_ms"] = 1e3 * Median(ours_wall);
  state.counters["shell_wall_ms"] = 1e3 * Median(shell_wall);
  state.counters["ours_cpu_ms"] = 1e3 * Median(ours_cpu);
  state.counters["shell_cpu_ms"] = 1e3 * Median(shell_cpu);
  state.counters["wall_ratio"] = Median(shell_wall) / Median(ours_wall);
  state.counters["cpu_ratio"] = Median(shell_cpu) / Median(ours_cpu);
}
BENCHMARK(TestbedLife)->Iterations(20)->Unit(benchmark::kMillisecond)->UseRealTime();

// `ip netns` keeps names in /run/netns: a private one, so that nothing of it is seen outside.
void EnterPrivateWorld() {
  RememberStartingNamespace();
  Check(unshare(CLONE_NEWNET | CLONE_NEWNS), "unshare", "CLONE_NEWNET|CLONE_NEWNS (run as root)");
  Check(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount", "/ private");
  Check(mount("tmpfs", "/run", "tmpfs", 0, nullptr), "mount", "tmpfs on /run");
}

}  // namespace
}  // namespace halfopen

int main(int argc, char** argv) {
  try {
    halfopen::EnterPrivateWorld();
  } catch (const std::exception& refusal) {
    std::fprintf(stderr, "bench_testbed_life: %s\n", refusal.what());
    return 2;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

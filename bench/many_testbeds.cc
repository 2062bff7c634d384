// SPDX-License-Identifier: GPL-2.0-or-later
// Many testbeds at once, each in a process of its own as scenarios are: the memory they take
// together, and what is left when they have gone.
// usage: bench_many_testbeds [COUNT]      (default 300; root, for /proc/slabinfo)
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "bench/live_testbed.h"
#include "harness/runner/isolated_child.h"
#include "netns/error.h"
#include "netns/namespace.h"

namespace halfopen {
namespace {

// A field of /proc/meminfo in MiB.
double MemoryMib(const std::string& field) {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field + ":")) return std::atof(line.c_str() + field.size() + 1) / 1024;
  }
  return 0;
}

// Network namespaces that the kernel has now; -1 if it does not tell. The slab allocator counts the
// free objects of slabs that a CPU holds on to as well, so some dozens come and go by themselves.
constexpr long kSlabSlack = 32;
long NetworkNamespaces() {
  std::ifstream file("/proc/slabinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("net_namespace ")) return std::atol(line.c_str() + 14);
  }
  return -1;
}

void Run(int count) {
  const double before = MemoryMib("MemAvailable");
  const long namespaces_before = NetworkNamespaces();
  const TimePoint begin = Clock::now();
  const Lifeline lifeline = Lifeline::Create();
  ChildWorld world;
  std::vector<IsolatedChild> children;
  children.reserve(static_cast<std::size_t>(count));
  int standing = 0;
  for (int i = 0; i < count; ++i) {
    children.push_back(IsolatedChild::Start(lifeline, world, [](int reports) {
      LiveTestbed testbed({});
      if (write(reports, "up\n", 3) < 0) return;
      poll(nullptr, 0, -1);  // until the whole PID namespace is killed
    }));
  }
  for (const IsolatedChild& child : children) {
    pollfd watched{child.reports(), POLLIN, 0};
    char text[3] = {};
    poll(&watched, 1, -1);
    if (read(child.reports(), text, sizeof text) == 3 && text[0] == 'u') ++standing;
  }
  const double up = std::chrono::duration<double>(Clock::now() - begin).count();
  const double memory = before - MemoryMib("MemAvailable");
  const long namespaces_up = NetworkNamespaces();
  children.clear();  // kills and reaps
  const TimePoint killed = Clock::now();
  // The kernel takes namespaces down in the background and tells nobody.
  while (NetworkNamespaces() > namespaces_before + kSlabSlack &&
         Clock::now() - killed < std::chrono::seconds(60)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const double gone = std::chrono::duration<double>(Clock::now() - killed).count();
  fmt::print("testbeds          {} of {} stood at once after {:.1f} s\n", standing, count, up);
  fmt::print("memory            {:.0f} MiB in all, {:.2f} MiB each (limit 2048 MiB)\n", memory,
             memory / count);
  fmt::print("net namespaces    {} before, {} meanwhile, {} after {:.1f} s (slab objects)\n",
             namespaces_before, namespaces_up, NetworkNamespaces(), gone);
}

}  // namespace
}  // namespace halfopen

int main(int argc, char** argv) {
  try {
    halfopen::RememberStartingNamespace();
    halfopen::Run(argc > 1 ? std::atoi(argv[1]) : 300);
  } catch (const std::exception& refusal) {
    fmt::print(stderr, "bench_many_testbeds: {}\n", refusal.what());
    return 2;
  }
  return 0;
}

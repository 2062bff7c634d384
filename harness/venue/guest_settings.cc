// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/guest_settings.h"

#include <fmt/format.h>

#include <array>

namespace halfopen {
namespace {

struct Setting {
  const char* text;
  const char* reason;
};

constexpr std::array kCommandLine = {
    Setting{"console=ttyS0", "what the kernel says last is evidence"},
    Setting{"quiet", "each character costs instructions"},
    Setting{"panic=-1", "a panic ends the machine at once"},
    Setting{"nokaslr", "the same addresses in every boot"},
    Setting{"mitigations=off", "nobody to protect, and they cost instructions"},
    Setting{"tsc=reliable", "no clocksource watchdog, which wakes twice a second"},
    Setting{"nowatchdog", "no lockup watchdog, which wakes every four seconds"},
    Setting{"psi=0", "no averaging of pressure every two seconds"},
    Setting{"cgroup_disable=memory", "no flush of its statistics every two seconds"},
    Setting{"cpuidle.off=1",
            "idle is HLT; a governor keeps the tick through sleeps it takes for short"},
    Setting{"mce=off", "no poll for machine checks every five minutes"},
    Setting{"cryptomgr.notests", "1.2 G instructions of self-tests in each boot"},
    Setting{"no_timer_check", "a third of a second of waiting in loops in each boot"},
    Setting{"nolapic_timer",
            "its calibration loops for four seconds in each boot; the HPET serves"},
    Setting{"init_on_alloc=0", "Debian zeroes every allocation, 2 % of a scenario"},
    Setting{"randomize_kstack_offset=off", "half a percent of a scenario"},
    Setting{"swiotlb=noforce", "64 MiB of bounce buffers would be kept with every snapshot"},
};

// What ticks in an idle kernel; together these and the command line take the cost of two idle hours
// from 73,000 timer interrupts to 1,200.
constexpr std::array kSettings = {
    Setting{"vm/stat_interval 1000000", "vmstat_shepherd, every second"},
    Setting{"vm/compaction_proactiveness 0", "kcompactd, twice a second"},
    Setting{"vm/dirty_writeback_centisecs 0", "the flusher; nothing here is on a disk"},
    Setting{"kernel/hung_task_timeout_secs 0", "khungtaskd, every two minutes"},
    // Scenarios have permanent neighbours.
    Setting{"net/ipv4/neigh/default/interval_probe_time_ms 1000000000", "neigh_managed_work, 5 s"},
    Setting{"net/ipv6/neigh/default/interval_probe_time_ms 1000000000", "neigh_managed_work, 5 s"},
    Setting{"net/ipv4/neigh/default/base_reachable_time_ms 1000000000",
            "neigh_periodic_work, 15 s"},
    Setting{"net/ipv6/neigh/default/base_reachable_time_ms 1000000000",
            "neigh_periodic_work, 15 s"},
};

}  // namespace

std::string GuestCommandLine() {
  std::string line;
  for (const Setting& setting : kCommandLine) {
    line += fmt::format("{}{}", line.empty() ? "" : " ", setting.text);
  }
  return line;
}

std::string GuestSettings() {
  std::string lines;
  for (const Setting& setting : kSettings) lines += fmt::format("/proc/sys/{}\n", setting.text);
  return lines;
}

}  // namespace halfopen

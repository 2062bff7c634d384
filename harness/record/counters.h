// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_COUNTERS_H_
#define HALFOPEN_HARNESS_RECORD_COUNTERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netns/clock.h"
#include "netns/namespace.h"

namespace halfopen {

// The SNMP and TcpExt counters of one network namespace at one moment, named by group and counter:
// "TcpExt.ListenOverflows", "Tcp.RetransSegs", "Ip6.InReceives" (proc_net(5); the kernel's
// Documentation/networking/snmp_counter.rst says what each one counts). A value, safe to copy.
class Counters {
 public:
  // By full name ("TcpExt.ListenOverflows"), in alphabetical order.
  using Values = std::map<std::string, std::int64_t, std::less<>>;

  // Reads /proc/thread-self/net/{netstat,snmp,snmp6} from inside `where`; snmp6 is left out where
  // the kernel has no IPv6. `host` is whose namespace that is: Since() then tells what it returns
  // to the keeper of the running scenario's evidence. Throws EnvironmentError.
  static Counters Read(const NetworkNamespace& where, std::string host = {});

  // Parses the text of those files: `tables` is netstat's and snmp's (pairs of lines, names above
  // values), `ipv6` is snmp6's (a counter a line). Throws std::invalid_argument for other text.
  static Counters Parse(std::string_view tables, std::string_view ipv6 = {});

  // The value of a counter, by its full name, by its name alone where only one group has it
  // ("ListenOverflows"), or as nstat(8) spells it ("TcpExtListenOverflows"). Throws
  // std::out_of_range, which lists near names, for an unknown or ambiguous one.
  std::int64_t Get(std::string_view name) const;

  // How much each counter grew since `before`, those that did not change left out.
  Values Since(const Counters& before) const;

 private:
  // A namespace has some four hundred counters, and a story asks for a few: they stay views of the
  // text, in its order.
  struct Entry {
    std::string_view group;
    std::string_view name;
    std::int64_t value = 0;
  };
  class Parser;

  const Entry* Find(const Entry& other, std::size_t likely_at) const;

  TimePoint time_{};
  std::string host_;  // empty: nobody is told
  std::shared_ptr<const std::string> text_;
  std::vector<Entry> entries_;
};

// How a host's counters had grown when they were read for the second time.
struct CounterGrowth {
  TimePoint time;
  std::string host;
  Counters::Values grown;

  // "server: TcpExt.ListenDrops +1, TcpExt.ListenOverflows +1, Tcp.InSegs +3, 12 more": TCP's
  // first, and no more of them than a line holds.
  std::string ToString() const;
};

// Thread-safe, the keeper is called under a lock.
void KeepCounterGrowth(std::function<void(const CounterGrowth&)> keeper);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_COUNTERS_H_

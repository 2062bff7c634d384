// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_LADDER_LIFELINES_H_
#define HALFOPEN_HARNESS_REPORT_LADDER_LIFELINES_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/report/ladder.h"
#include "harness/report/read_report.h"

namespace halfopen {

// The lifelines of a ladder, and on which of them what a timeline names happened. A timeline says
// in `taps` which hosts there are; of one without them the hosts are those of its calls, programs,
// faults and packets.
class LadderLifelines {
 public:
  explicit LadderLifelines(const Timeline& timeline);

  // Who opens connections stands left of whom it opens them to, and routers between them.
  const std::vector<Ladder::Lifeline>& all() const { return lifelines_; }
  // -1 for a host that the timeline does not have, and for one that has two lifelines.
  int OfHost(const std::string& host) const;
  // Of a call's or a program's socket, by its label.
  int OfSocket(const std::string& host, const std::string& socket) const;
  // Of "10.0.0.1:80" by its address, else by what the timeline calls it.
  int OfEndpoint(const std::string& endpoint, const std::string& label) const;

  // Whether one host talks to itself: then it has a lifeline for the side that connects and one
  // for the side that listens.
  bool is_loopback() const { return loopback_; }

 private:
  void FindHosts(const Timeline& timeline);
  void FindHostsOfPackets(const Timeline& timeline);
  bool TalksToItself(const Timeline& timeline) const;
  void SplitLoopback(const Timeline& timeline);
  void Order(const Timeline& timeline);
  int AddHost(const std::string& name);
  void AddAddress(int host, const std::string& address);

  std::vector<Ladder::Lifeline> lifelines_;
  std::map<std::string, int> by_host_;
  std::map<std::string, int> by_address_;
  std::map<std::string, std::string> host_of_socket_;  // by label
  bool loopback_ = false;
  std::map<std::string, int> side_of_endpoint_;
  std::map<std::string, int> side_of_socket_;
};

// "10.0.0.1:80" -> "10.0.0.1", "[fd00::1]:80" -> "fd00::1"; as it is without a port.
std::string AddressOf(const std::string& endpoint);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_LADDER_LIFELINES_H_

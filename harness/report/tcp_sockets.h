// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_TCP_SOCKETS_H_
#define HALFOPEN_HARNESS_REPORT_TCP_SOCKETS_H_

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/report/tcp_trace.h"

namespace halfopen {

// A connection's end by its two endpoints. Of a listener `remote` is its socket's label, for
// several may share a port.
struct TcpName {
  std::string local;
  std::string remote;
  bool is_listener = false;

  auto operator<=>(const TcpName&) const = default;
};

// Which connections and listeners the calls of a timeline are about: a scripted socket has a label,
// which a listener shares with what it accepts, and a program a descriptor that says its endpoints.
class TcpSockets {
 public:
  // A connection that a packet or an observation has named.
  void Add(const TcpName& name, const std::string& label);
  // A first SYN, which the connect() of a program that waits for one has caused.
  void Opens(const TcpName& name);

  // A call begins.
  void Called(const TcpTrace::Call& call);
  // The connection that connect() makes if the socket is bound to a port; else without a name.
  TcpName NameOfConnect(const TcpTrace::Call& call) const;
  // The connections that the call may be about; of a label that has many the latest.
  std::vector<TcpName> ConnectionsOf(const TcpTrace::Call& call) const;
  // Whether a call's error is the end of its connection.
  bool IsFatal(const TcpTrace::Call& call) const;

  // listen() has succeeded. Returns the listener's name, which has no endpoint if it is not known.
  TcpName Listens(const TcpTrace::Call& call);
  void StopsListening(const TcpName& name) { listeners_.erase(name); }
  // The listener that close() or shutdown() ends; without a name if it is about none, or if
  // another descriptor holds it.
  TcpName Closes(const TcpTrace::Call& call);
  // Those of a program, by the beginning of its label.
  std::vector<TcpName> ListenersOf(const std::string& program) const;
  // TCP_DEFER_ACCEPT is set.
  bool Defers(const std::string& local) const { return deferring_.contains(local); }

  TcpName NameOf(const TcpTrace::Observation& seen) const;
  // What the call's socket is bound to; empty if that is not known.
  std::string LocalOf(const TcpTrace::Call& call) const;

 private:
  std::map<std::string, std::vector<TcpName>> of_label_;
  std::map<std::string, std::string> bound_;       // local endpoint by label, or by descriptor
  std::map<std::string, std::string> connecting_;  // arguments of connect() by descriptor
  std::map<std::string, TcpName> of_descriptor_;   // of one that has no name of its own
  std::map<std::string, int> duplicates_;          // by label
  std::set<std::string> tells_errors_;             // labels with IP_RECVERR
  std::set<std::string> deferring_;                // local endpoints
  std::set<TcpName> listeners_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_TCP_SOCKETS_H_

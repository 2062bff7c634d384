// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_QMP_H_
#define HALFOPEN_HARNESS_VENUE_QMP_H_

#include <deque>
#include <nlohmann/json.hpp>
#include <string>

#include "netns/clock.h"
#include "netns/fd.h"

namespace halfopen {

// A client of QEMU's machine protocol (docs/interop/qmp-spec): one command at a time over one
// socket. Not thread-safe.
class Qmp {
 public:
  // `socket` is connected to QEMU's monitor. Nothing is read or written yet.
  explicit Qmp(Fd socket) : socket_(std::move(socket)) {}

  // Greets, as every session must. All three throw EnvironmentError when QEMU is gone, refuses, or
  // says nothing until `deadline`.
  void Negotiate(TimePoint deadline);
  // Returns what the command returned.
  nlohmann::json Execute(const std::string& command, const nlohmann::json& arguments,
                         TimePoint deadline);
  // Gives QEMU a copy of a descriptor, which commands then call `name`.
  void PassDescriptor(const std::string& name, int descriptor, TimePoint deadline);
  // Blocks until the event `name` has come; those before it are forgotten.
  void AwaitEvent(const std::string& name, TimePoint deadline);

 private:
  nlohmann::json Receive(TimePoint deadline);
  void Send(const std::string& text, int descriptor);
  nlohmann::json AwaitReturn(const std::string& command, TimePoint deadline);

  Fd socket_;
  std::string partial_;  // of a line
  std::deque<std::string> events_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_QMP_H_

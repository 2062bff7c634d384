// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_QMP_H_
#define HALFOPEN_HARNESS_VENUE_QMP_H_

#include <deque>
#include <nlohmann/json.hpp>
#include <string>

#include "netns/clock.h"
#include "netns/fd.h"

namespace halfopen {

// How long QEMU is waited for.
struct Patience {
  TimePoint end;
  int interrupt = -1;  // a descriptor that ends it early once it is readable; -1: none
};

// A client of QEMU's machine protocol (docs/interop/qmp-spec): one command at a time over one
// socket. Not thread-safe.
class Qmp {
 public:
  // `socket` is connected to QEMU's monitor. Nothing is read or written yet.
  Qmp(Fd socket, const Patience& patience) : socket_(std::move(socket)), patience_(patience) {}

  // Greets, as every session must. All of these throw EnvironmentError when QEMU is gone, refuses,
  // or is not done when the patience ends: ETIMEDOUT, or EINTR for an interrupt.
  void Negotiate();
  // Returns what the command returned.
  nlohmann::json Execute(const std::string& command,
                         const nlohmann::json& arguments = nlohmann::json::object());
  // Gives QEMU a copy of a descriptor, which commands then call `name`.
  void PassDescriptor(const std::string& name, int descriptor);
  // Blocks until the event `name` has come; those before it are forgotten.
  void AwaitEvent(const std::string& name);
  // Writes the machine's state to a file ("migrate") or takes it from there ("migrate-incoming");
  // returns when that is over. RAM that lies in shared memory is left out.
  void Migrate(const std::string& command, int file);
  // Blocks until the migration that was begun is over. Its events must have been asked for.
  void AwaitMigration();

 private:
  nlohmann::json Receive();
  void Send(const std::string& text, int descriptor);
  nlohmann::json AwaitReturn(const std::string& command);

  Fd socket_;
  Patience patience_;
  std::string partial_;  // of a line
  std::deque<std::string> events_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_QMP_H_

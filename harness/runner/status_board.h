// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_STATUS_BOARD_H_
#define HALFOPEN_HARNESS_RUNNER_STATUS_BOARD_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace halfopen {

// One line of text per child in memory that the runner shares with its children, so that the
// runner can say what a child waits for even when that child hangs. Writing costs no system call.
class StatusBoard {
 public:
  // Throws EnvironmentError when there is no memory.
  explicit StatusBoard(int slots);
  ~StatusBoard();
  StatusBoard(const StatusBoard&) = delete;
  StatusBoard& operator=(const StatusBoard&) = delete;

  // A slot as at the beginning.
  void Clear(int slot);
  // Replaces the text of a slot; more than 250 bytes are cut. Thread-safe within one process.
  void Write(int slot, std::string_view text);
  // How long the story in a slot has been held up (fixtures/hold_up.h), in nanoseconds: 0 since the
  // slot's last Clear().
  std::atomic<std::int64_t>& HeldUp(int slot) const;
  // The text of a slot; empty if it has none or its writer stopped halfway through it.
  std::string Read(int slot) const;

 private:
  struct Slot;
  Slot* slots_;
  int count_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_STATUS_BOARD_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/status_board.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <new>

#include "netns/error.h"

namespace halfopen {
namespace {

std::mutex write_mutex;

}  // namespace

// A sequence lock: odd while the text is being written. The bytes are atomic because the reader
// is another process and may look at any moment.
struct StatusBoard::Slot {
  std::atomic<unsigned> sequence{0};
  std::array<std::atomic<char>, 252> text{};
  std::atomic<std::int64_t> held_up{0};
};

StatusBoard::StatusBoard(int slots) : count_(slots) {
  void* memory = mmap(nullptr, sizeof(Slot) * static_cast<std::size_t>(slots),
                      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw EnvironmentError("mmap", "status board", errno);
  slots_ = static_cast<Slot*>(memory);
  for (int i = 0; i < slots; ++i) new (slots_ + i) Slot;
}

StatusBoard::~StatusBoard() { munmap(slots_, sizeof(Slot) * static_cast<std::size_t>(count_)); }

void StatusBoard::Clear(int slot) {
  Write(slot, "");
  slots_[slot].held_up = 0;
}

std::atomic<std::int64_t>& StatusBoard::HeldUp(int slot) const { return slots_[slot].held_up; }

void StatusBoard::Write(int slot, std::string_view text) {
  const std::lock_guard lock(write_mutex);
  Slot& target = slots_[slot];
  const unsigned even = target.sequence.load() & ~1U;
  target.sequence.store(even + 1);
  const std::size_t length = std::min(text.size(), target.text.size() - 1);
  for (std::size_t i = 0; i < length; ++i) target.text[i].store(text[i]);
  target.text[length].store('\0');
  target.sequence.store(even + 2);
}

std::string StatusBoard::Read(int slot) const {
  const Slot& source = slots_[slot];
  for (int attempt = 0; attempt < 100; ++attempt) {
    const unsigned before = source.sequence.load();
    if (before % 2 == 1) continue;
    std::string text;
    for (const std::atomic<char>& byte : source.text) {
      const char c = byte.load();
      if (c == '\0') break;
      text += c;
    }
    if (source.sequence.load() == before) return text;
  }
  return {};
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// What strace writes of a program, in pieces as it comes.
#include <algorithm>
#include <string>

#include "fixtures/strace_reader.h"
#include "fuzz/target.h"
#include "harness/timeline/event_json.h"

namespace halfopen::fuzz {
namespace {

// Puts each call into words, as the recorder does.
class CallWords : public StraceReader::Listener {
 public:
  void OnBegin(const Call& call) override {
    CallBeginJson(call).dump();
    ++begun_;
  }
  void OnEnd(const Call& call) override {
    CallEndJson(call, TimePoint()).dump();
    Require(++ended_ <= begun_, "a call ended that had not begun");
  }
  void OnStarted(int thread) override { Require(thread > 0, "no thread"); }
  void OnSignalFromOutside(std::string_view signal) override { std::string{signal}; }
  void OnThreadEnded(int /*thread*/, std::string_view how) override { std::string{how}; }

 private:
  int begun_ = 0;
  int ended_ = 0;
};

}  // namespace

// The first byte is the size of the pieces, 0 for all at once.
void StraceLines(Input input) {
  if (input.empty()) return;
  std::string_view text = AsText(input.subspan(1));
  const std::size_t piece = input.front() == 0 ? text.size() : input.front();
  CallWords listener;
  StraceReader reader("server", "nginx", listener);
  while (!text.empty()) {
    reader.Feed(text.substr(0, piece), Duration(-1'000'000'000));
    text.remove_prefix(std::min(piece, text.size()));
  }
}

}  // namespace halfopen::fuzz

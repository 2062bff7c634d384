// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_BENCH_LIVE_TESTBED_H_
#define HALFOPEN_BENCH_LIVE_TESTBED_H_

#include <filesystem>
#include <memory>

#include "fixtures/activity.h"
#include "fixtures/stage.h"
#include "fixtures/testbed.h"
#include "harness/record/recorder.h"

namespace halfopen {

// A testbed as a scenario has it: two hosts, a link, taps on both ends, one fault.
class LiveTestbed {
 public:
  // Everything stands and captures when this returns. `evidence` as in Recorder.
  explicit LiveTestbed(const std::filesystem::path& evidence);
  // Ends the capture; throws EnvironmentError if a packet was lost.
  void Stop() { recorder_.Stop(); }
  Host& client() { return hosts_.client(); }
  Host& server() { return hosts_.server(); }

 private:
  Activity activity_;
  Recorder recorder_;
  Stage stage_;
  TwoHosts hosts_;
  std::unique_ptr<Fault> fault_;
};

}  // namespace halfopen

#endif  // HALFOPEN_BENCH_LIVE_TESTBED_H_

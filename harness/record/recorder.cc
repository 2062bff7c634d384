// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/recorder.h"

#include <sys/eventfd.h>

#include <utility>

#include "harness/record/run_delays.h"
#include "harness/timeline/event_json.h"
#include "netns/background.h"
#include "netns/error.h"

namespace halfopen {
Recorder::Recorder(EvidencePlace evidence, Activity& activity, CauseGate gate, WaitingHook waiting,
                   InterferenceHook interference)
    : evidence_(std::move(evidence)),
      activity_(activity),
      gate_(std::move(gate)),
      interference_(std::move(interference)),
      waiting_(std::move(waiting)),
      stop_event_(Check(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd", "recorder")),
      journal_(evidence_) {
  record_.start = Clock::now();
  last_packet_ = record_.start;
  // What joins the pcap files' clock to the journal's.
  record_.realtime = std::chrono::system_clock::now().time_since_epoch();
  journal_.Append(EventLine({{"kind", "start"}, {"realtime", record_.realtime.count()}},
                            record_.start, record_.start));
}

Recorder::~Recorder() {
  StopReader();
  for (WatchedTap& watched : taps_) {
    CloseInBackground([tap = std::move(watched.tap)]() mutable { tap.reset(); });
  }
}

RawRecord Recorder::Copy() const {
  const std::lock_guard lock(mutex_);
  return record_;
}

void Recorder::Add(TimePoint time, nlohmann::json body) {
  auto line = std::make_shared<std::string>(EventLine(body, record_.start, time));
  const std::lock_guard lock(mutex_);
  journal_.Append(*line);
  record_.events.push_back(
      {time, std::make_shared<nlohmann::json>(std::move(body)), std::move(line)});
}

void Recorder::OnCallBegin(const Call& call) {
  // What a program does meanwhile is not what the story waits for.
  if (call.thread == 0) waiting_.BeginCall(call.id, BeginText(call));
  Add(call.begin, CallBeginJson(call));
}

void Recorder::OnCallEnd(const Call& call) {
  KeepRunDelay(call);
  Add(call.end, CallEndJson(call, record_.start));
  if (call.thread == 0) waiting_.EndCall(call.id);
}

void Recorder::OnEndpoint(const std::string& label, const Endpoint& local) {
  const std::lock_guard lock(mutex_);
  if (!record_.labels.emplace(local, label).second) return;
  journal_.Append(EventLine(LabelJson(label, local), record_.start, Clock::now()));
}

void Recorder::OnState(const SocketSnapshot& snapshot) {
  SocketSnapshot stripped = snapshot;
  stripped.timer_expires = {};  // counts down all the time; not a change
  std::string text = stripped.ToString();
  {
    const std::lock_guard lock(mutex_);
    std::string& last = last_state_[snapshot.label];
    if (last == text) return;
    last = std::move(text);
  }
  Add(snapshot.time, StateJson(snapshot));
}

void Recorder::OnFault(const FaultEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    record_.faults.emplace(event.name, event.rule);  // as armed, before it counted
  }
  Add(event.time, FaultJson(event));
}

void Recorder::OnProgram(const ProgramEvent& event) { Add(event.time, ProgramJson(event)); }

bool Recorder::OnCause(const std::string& cause) {
  const bool takes_effect = gate_(cause);
  Add(Clock::now(), CauseJson(cause, !takes_effect));
  return takes_effect;
}

void Recorder::OnWaiting(const std::string& what) { waiting_.Await(what); }

void Recorder::OnInterference(const std::string& what) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) {
      failure_ = std::make_exception_ptr(EnvironmentError("interference", what, 0));
    }
  }
  changed_.notify_all();
  interference_(what);
}

}  // namespace halfopen

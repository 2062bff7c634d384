// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/shows.h"

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <map>
#include <string>

#include "harness/expect/align.h"
#include "harness/expect/lateness.h"
#include "harness/expect/mutation.h"
#include "harness/expect/script_mutants.h"
#include "harness/expect/wire_diff.h"
#include "harness/timeline/wire.h"

namespace halfopen {
namespace {

// Calls that ended, faults, causes and deviations, to stand between the packets of a failure.
std::vector<Annotation> AnnotationsOf(const RawRecord& record) {
  std::vector<Annotation> annotations;
  for (const RecordedEvent& event : record.events) {
    const std::string kind = event.body->at("kind");
    if (kind == "call" || kind == "fault" || kind == "cause" || kind == "deviation") {
      annotations.push_back({event.time, event.body->at("text")});
    }
  }
  std::ranges::stable_sort(annotations, {}, &Annotation::time);
  return annotations;
}

// One line for each fault rule, with the packets that it has hit.
std::string FaultLines(const RawRecord& record) {
  std::map<std::string, const nlohmann::json*> last;
  for (const RecordedEvent& event : record.events) {
    if (event.body->at("kind") == "fault") last[event.body->at("name")] = event.body.get();
  }
  std::string lines;
  for (const auto& [name, fault] : last) {
    lines += fmt::format("\nfault on {}: {}", fault->at("host").get<std::string>(),
                         fault->at("rule").get<std::string>());
    if (fault->at("armed") == true && fault->at("logged") == true) {
      lines += fmt::format(", {} packets so far",
                           std::ranges::count(record.hits, name, &FaultHit::fault));
    }
  }
  return lines;
}

// What the notation has a line for.
bool IsAboutTcp(const Packet& packet) {
  return packet.protocol == IPPROTO_TCP || packet.quoted || packet.neighbour != Neighbour::kNone;
}

Duration Lateness(Duration nominal, TimePoint from, TimePoint to) {
  return WindowFor({nominal}, from, to).latest - nominal;
}

// Watches until nothing of the view has crossed for `quiet`, or something of it does; what crosses
// beside it does not count.
void WatchQuiet(const WireView& view, Duration quiet) {
  const std::size_t seen = view.Packets().size();
  while (true) {
    view.recorder().WatchQuiet(quiet);
    const std::vector<WirePacket> packets = view.Packets();
    if (packets.size() != seen || packets.empty() || Clock::now() - packets.back().time >= quiet) {
      return;
    }
  }
}

}  // namespace

WireView WireView::SentBy(std::string label) const {
  WireView view = *this;
  view.sender_ = std::move(label);
  return view;
}

WireView WireView::Since(TimePoint begin) const {
  WireView view = *this;
  view.begin_ = begin;
  return view;
}

WireView WireView::Until(TimePoint end) const {
  WireView view = *this;
  view.end_ = end;
  return view;
}

std::vector<WirePacket> WireView::Packets() const {
  recorder_->Drain();
  return PacketsOf(recorder_->Copy());
}

std::vector<WirePacket> WireView::PacketsOf(const RawRecord& record) const {
  std::vector<WirePacket> packets = BuildWire(record);
  if (connection_) packets = OfConnection(packets, connection_->first, connection_->second);
  std::erase_if(packets, [this](const WirePacket& packet) {
    return !IsAboutTcp(packet.packet) || packet.time < begin_ || packet.time > end_ ||
           packet.from != sender_.value_or(packet.from);
  });
  return packets;
}

void PrintTo(const WireView&, std::ostream* out) { *out << "as follows"; }

void PrintTo(const WirePacket& packet, std::ostream* out) {
  std::string line = PrintRecord({&packet, 1});
  line.erase(line.find_last_not_of('\n') + 1);
  *out << line;
}

bool ShowsMatcher::Holds(const WireView& view, std::ostream* explanation) const {
  // GoogleTest asks first whether it matches, without a stream, and then once more for the reason.
  // The wire has moved on by then, so the reason is the one of the first answer.
  std::string& reason = memory_->reason;
  if (explanation != nullptr && !reason.empty()) {
    *explanation << std::exchange(reason, {});
    return false;
  }
  if (MutationTrial::OfMutant()) return Judge(*memory_->seen).as_expected();
  reason = Differences(view);
  if (reason.empty()) return true;
  if (explanation != nullptr) *explanation << std::exchange(reason, {});
  return false;
}

ShowsMatcher::Seen ShowsMatcher::Look(const WireView& view) const {
  Recorder& recorder = view.recorder();
  const Duration quiet = TrailingQuiet(script_, bindings_);
  if (quiet > Duration(0)) WatchQuiet(view, quiet);
  const TimePoint end = Clock::now();
  recorder.Drain();
  RawRecord record = recorder.Copy();
  std::vector<WirePacket> packets = view.PacketsOf(record);
  return {std::move(record), std::move(packets), end};
}

Judgement ShowsMatcher::Judge(const Seen& seen) const {
  const Record record{seen.packets, seen.end, Lateness, JiffiesBehind};
  return mutant_ ? halfopen::Judge(*mutant_, record) : halfopen::Judge(script_, bindings_, record);
}

const std::vector<MutantOf<ShowsMatcher>>& ShowsMatcher::Mutants(const WireView& view) const {
  if (memory_->mutants) return *memory_->mutants;
  if (!memory_->seen) memory_->seen = Look(view);
  const Seen& seen = *memory_->seen;
  const Record record{seen.packets, seen.end, Lateness, JiffiesBehind};
  const Judgement judgement = Judge(seen);
  std::vector<MutantOf<ShowsMatcher>>& mutants = memory_->mutants.emplace();
  ShowsMatcher forgetful = *this;  // what is kept in the memory must not keep it alive
  forgetful.memory_ = nullptr;
  for (const MutantOf<Expectation>& mutant : MutantsOf(script_, judgement, record)) {
    mutants.push_back({mutant.expectation, mutant.change,
                       [forgetful, memory = std::weak_ptr(memory_), make = mutant.make] {
                         ShowsMatcher changed = forgetful;
                         changed.memory_ = memory.lock();
                         changed.mutant_ = std::make_shared<const Expectation>(make());
                         return changed;
                       }});
  }
  Mutation::Current()->AddUntimed(CountUntimed(judgement, record));
  return mutants;
}

std::string ShowsMatcher::Differences(const WireView& view) const {
  std::optional<Seen> now;
  const bool remembers = MutationTrial::Current() != nullptr;
  std::optional<Seen>& seen = remembers ? memory_->seen : now;
  if (!seen) seen = Look(view);
  const Judgement judgement = Judge(*seen);
  for (const Timing& timing : judgement.timings) Tell(timing);
  if (judgement.as_expected()) return {};
  const WireDifference difference{
      seen->end, Summarize(judgement),
      PrintDiff(judgement, seen->packets, AnnotationsOf(seen->record)) + FaultLines(seen->record),
      MarkedLines(judgement, seen->packets, seen->end)};
  Tell(difference);
  return difference.report;
}

void ShowsMatcher::DescribeTo(std::ostream* out) const { *out << "shows the script's packets"; }

void ShowsMatcher::DescribeNegationTo(std::ostream* out) const {
  *out << "does not show the script's packets";
}

}  // namespace halfopen

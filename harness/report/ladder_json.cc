// SPDX-License-Identifier: GPL-2.0-or-later
#include <type_traits>

#include "harness/report/ladder.h"

namespace halfopen {
namespace {

using Json = nlohmann::json;

// Adds a field unless it says nothing.
template <typename T>
void Put(Json& json, const char* name, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (!value.empty()) json[name] = value;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (value) json[name] = true;
  } else if constexpr (std::is_same_v<T, int>) {
    if (value >= 0) json[name] = value;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    json[name] = value;
  } else {
    if (value) json[name] = *value;
  }
}

Json ToJson(const Ladder::Lifeline& lifeline) {
  Json json = {{"name", lifeline.name}, {"addresses", lifeline.addresses}};
  Put(json, "transit", lifeline.transit);
  return json;
}

Json ToJson(const Ladder::Packet& packet) {
  Json json = {{"time", packet.time}, {"text", packet.text}, {"window", packet.window}};
  Put(json, "arrived", packet.arrived);
  Put(json, "from", packet.from);
  Put(json, "to", packet.to);
  Put(json, "source", packet.source);
  Put(json, "destination", packet.destination);
  Put(json, "options", packet.options);
  Put(json, "fault", packet.fault);
  Put(json, "fault_at", packet.fault_at);
  return json;
}

Json ToJson(const Ladder::Call& call) {
  Json json = {{"id", call.id}, {"name", call.name}, {"text", call.text}, {"begin", call.begin}};
  Put(json, "lifeline", call.lifeline);
  Put(json, "socket", call.socket);
  Put(json, "end", call.end);
  Put(json, "error", call.error);
  Put(json, "of_program", call.of_program);
  return json;
}

Json ToJson(const Ladder::State& state) {
  Json json = {{"state", state.state}, {"begin", state.begin}, {"end", state.end}};
  Put(json, "lifeline", state.lifeline);
  Put(json, "label", state.label);
  Put(json, "local", state.local);
  Put(json, "remote", state.remote);
  Put(json, "observed", state.observed);
  return json;
}

Json ToJson(const Ladder::Sample& sample) {
  Json json = {{"time", sample.time}, {"text", sample.text}};
  Put(json, "lifeline", sample.lifeline);
  Put(json, "label", sample.label);
  return json;
}

Json ToJson(const Ladder::Timer& timer) {
  Json json = {{"kind", timer.kind}, {"begin", timer.begin}, {"end", timer.end}};
  Put(json, "lifeline", timer.lifeline);
  Put(json, "label", timer.label);
  Put(json, "local", timer.local);
  Put(json, "remote", timer.remote);
  Put(json, "fired", timer.fired);
  return json;
}

Json ToJson(const Ladder::Fault& fault) {
  Json json = {{"rule", fault.rule}, {"begin", fault.begin}, {"hits", fault.hits}};
  Put(json, "lifeline", fault.lifeline);
  Put(json, "host", fault.host);
  Put(json, "end", fault.end);
  return json;
}

Json ToJson(const Ladder::Output& output) {
  Json json = {{"time", output.time}, {"event", output.event}, {"text", output.text}};
  Put(json, "lifeline", output.lifeline);
  Put(json, "program", output.program);
  return json;
}

Json ToJson(const Ladder::Note& note) {
  Json json = {{"time", note.time}, {"kind", note.kind}, {"text", note.text}};
  if (!note.held) json["held"] = false;
  return json;
}

Json ToJson(const Ladder::Counters& counters) {
  Json grown = Json::object();
  for (const auto& [name, by] : counters.grown) grown[name] = by;
  Json json = {{"time", counters.time}, {"grown", std::move(grown)}};
  Put(json, "lifeline", counters.lifeline);
  return json;
}

Json ToJson(const Ladder::Difference::Line& line) {
  Json json = {{"mark", std::string(1, line.mark)}, {"time", line.time}, {"text", line.text}};
  Put(json, "from", line.from);
  Put(json, "to", line.to);
  Put(json, "note", line.note);
  return json;
}

Json ToJson(const Ladder::Difference& difference);

template <typename T>
Json ToJson(const std::vector<T>& list) {
  Json json = Json::array();
  for (const T& element : list) json.push_back(ToJson(element));
  return json;
}

Json ToJson(const Ladder::Difference& difference) {
  return {{"time", difference.time},
          {"report", difference.report},
          {"lines", ToJson(difference.lines)}};
}

}  // namespace

Json ToJson(const Ladder& ladder) {
  Json json = {{"lifelines", ToJson(ladder.lifelines)},
               {"packets", ToJson(ladder.packets)},
               {"calls", ToJson(ladder.calls)},
               {"states", ToJson(ladder.states)},
               {"samples", ToJson(ladder.samples)},
               {"timers", ToJson(ladder.timers)},
               {"faults", ToJson(ladder.faults)},
               {"outputs", ToJson(ladder.outputs)},
               {"notes", ToJson(ladder.notes)},
               {"counters", ToJson(ladder.counters)},
               {"differences", ToJson(ladder.differences)},
               {"begin", ladder.begin},
               {"end", ladder.end}};
  Put(json, "problem", ladder.problem);
  return json;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/evidence/evidence.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/expect/duration_text.h"
#include "harness/record/journal.h"
#include "harness/timeline/event_json.h"
#include "netns/error.h"
#include "netns/fd.h"
#include "netns/write_all.h"

namespace halfopen {

namespace {

// The lines of all events in one order.
std::string TimelineText(const RawRecord& record, const std::vector<WirePacket>& wire) {
  std::vector<std::pair<TimePoint, std::shared_ptr<const std::string>>> events;
  for (const WirePacket& packet : wire) {
    std::string line = EventLine(PacketJson(packet, record.start), record.start, packet.time);
    events.emplace_back(packet.time, std::make_shared<const std::string>(std::move(line)));
  }
  for (const RecordedEvent& event : record.events) events.emplace_back(event.time, event.line);
  std::ranges::stable_sort(events, {}, [](const auto& event) { return event.first; });
  nlohmann::json taps = nlohmann::json::array();
  for (const TapInfo& tap : record.taps) {
    nlohmann::json body = TapJson(tap);
    for (const char* field : {"kind", "mac", "segment"}) body.erase(field);  // the journal's alone
    taps.push_back(std::move(body));
  }
  std::string text = "{\"version\":1,\"taps\":" + taps.dump() + ",\"events\":[";
  for (const char* separator = "\n"; const auto& [time, line] : events) {
    text.append(std::exchange(separator, ",\n")).append(*line);
  }
  return text + "\n]}\n";
}

}  // namespace

void WriteFile(const std::filesystem::path& file, const std::string& text) {
  const std::string temporary = file.string() + ".new";
  {
    const Fd output(
        Check(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644),
              "open", temporary));
    try {
      WriteAll(output, text, file.string());
    } catch (const EnvironmentError& refusal) {
      unlink(temporary.c_str());
      throw EnvironmentError("write", file.string(), refusal.error(), "the evidence is incomplete");
    }
  }
  Check(rename(temporary.c_str(), file.c_str()), "rename", file.string());
}

void WriteTimeline(const RawRecord& record, const std::vector<WirePacket>& wire,
                   const std::filesystem::path& folder) {
  WriteFile(folder / "timeline.json", TimelineText(record, wire));
  unlink((folder / Journal::kFileName).c_str());
}

void WriteRulesets(const RawRecord& record, const std::filesystem::path& folder) {
  std::map<std::string, std::string> texts;
  for (const RecordedEvent& event : record.events) {
    if (event.body->at("kind") != "fault") continue;
    texts[event.body->at("host")] += fmt::format(
        "# {} after the start, {}\n{}", DurationText(event.time - record.start),
        event.body->at("armed") == true ? "a fault has been armed" : "before a fault was lifted",
        event.body->at("ruleset").get<std::string>());
  }
  for (const auto& [host, text] : texts) WriteFile(folder / (host + ".nft"), text);
}

void WriteMutants(const std::vector<Mutant>& mutants, const std::filesystem::path& folder) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Mutant& mutant : mutants) {
    list.push_back({{"name", mutant.Name()},
                    {"file", mutant.file},
                    {"line", mutant.line},
                    {"expectation", mutant.expectation},
                    {"change", mutant.change},
                    {"survived", mutant.survived}});
  }
  WriteFile(folder / "mutants.json",
            list.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void WriteSysctls(Testbed& testbed, const std::filesystem::path& folder) {
  for (Host* host : testbed.hosts()) {
    std::string sysctls;
    for (const auto& [name, value] : host->sysctls().recorded()) {
      sysctls += fmt::format("{} = {}\n", name, value);
    }
    WriteFile(folder / (host->name() + ".sysctl"), sysctls);
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_TIMELINE_EVENT_JSON_H_
#define HALFOPEN_HARNESS_TIMELINE_EVENT_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "fixtures/observer.h"
#include "harness/expect/deviation.h"
#include "harness/expect/timing.h"
#include "harness/expect/wire_difference.h"
#include "harness/record/counters.h"
#include "harness/timeline/raw_record.h"
#include "harness/timeline/wire_packet.h"

namespace halfopen {

// The bodies of timeline events: "kind", "text" (what a person reads) and the fields of the kind.
// Times in them are nanoseconds since `start`.
nlohmann::json CallBeginJson(const Call& call);
nlohmann::json CallEndJson(const Call& call, TimePoint start);
nlohmann::json StateJson(const SocketSnapshot& snapshot);
nlohmann::json FaultJson(const FaultEvent& event);
nlohmann::json ProgramJson(const ProgramEvent& event);
nlohmann::json CauseJson(const std::string& cause, bool withheld);
nlohmann::json DeviationJson(const Deviation& deviation, const KernelVersion& kernel);
nlohmann::json TimingJson(const Timing& timing);
nlohmann::json WireDiffJson(const WireDifference& difference, TimePoint start);
nlohmann::json CountersJson(const CounterGrowth& growth);
nlohmann::json PacketJson(const WirePacket& packet, TimePoint start);

// Gives a body its time, as "t". Returns the one line that it then is in the journal and in
// timeline.json.
std::string EventLine(nlohmann::json& body, TimePoint start, TimePoint time);
std::string EventLine(nlohmann::json&& body, TimePoint start, TimePoint time);

// What cannot be read out of the pcap files, one JSON object each, for the journal: taps, labels
// and fault hits. `ReadJournalLine` adds any line of the journal to a record; it throws what is
// derived from std::exception for one that halfopen cannot have written. `JournalTime` are its
// nanoseconds, kept within 73 years, so that sums and differences of two are numbers too.
nlohmann::json TapJson(const TapInfo& tap);
nlohmann::json LabelJson(const std::string& label, const Endpoint& endpoint);
nlohmann::json HitJson(const FaultHit& hit);
// Throws nlohmann::json::exception or std::invalid_argument for a line that is none of ours.
std::int64_t JournalTime(const nlohmann::json& line, const char* field);
void ReadJournalLine(const nlohmann::json& line, RawRecord& record);

// `bytes` as UTF-8: what is not becomes U+FFFD, so that program output can always be stored.
std::string Utf8(const std::string& bytes);

// Nanoseconds since `start`.
std::int64_t Since(TimePoint start, TimePoint time);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_TIMELINE_EVENT_JSON_H_

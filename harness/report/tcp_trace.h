// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_TCP_TRACE_H_
#define HALFOPEN_HARNESS_REPORT_TCP_TRACE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/socket_diag.h"
#include "harness/report/ladder_lifelines.h"
#include "harness/report/read_report.h"

namespace halfopen {

// What a timeline tells of TCP, in the order in which the ends of its connections lived it. Times
// are nanoseconds since the timeline's zero, endpoints are as the timeline spells them.
struct TcpTrace {
  struct Segment {
    std::int64_t sent = 0;
    std::optional<std::int64_t> arrived;  // at the receiver's TCP; none if it was lost or dropped
    std::string source;
    std::string destination;
    std::string from;  // labels of the ends
    std::string to;
    bool forged = false;        // another host sent it in the name of its source
    unsigned flags = 0;         // as in the header
    std::int64_t sequence = 0;  // relative, of the first octet or flag that counts
    std::int64_t length = 0;    // of the payload
    std::int64_t acknowledgment = 0;
    std::int64_t window = 0;

    bool Has(unsigned flag) const { return (flags & flag) != 0; }
    // The number behind it: SYN and FIN count too.
    std::int64_t end() const;
  };

  struct Call {
    std::int64_t begin = 0;
    std::optional<std::int64_t> end;  // none: it had not returned when the scenario ended
    std::string host;
    std::string socket;
    std::string name;
    std::string arguments;
    std::string error;
    bool of_program = false;
  };

  struct Observation {
    std::int64_t time = 0;
    std::string label;
    std::string local;
    std::string remote;
    TcpState state = TcpState::kClose;
    TimerKind timer = TimerKind::kOff;
    std::int64_t timer_expires = 0;  // nanoseconds until then
    bool full = false;               // of a listener: its accept queue
  };

  // The end of a program, which closes its sockets.
  struct Exit {
    std::int64_t time = 0;
    std::string socket;  // the label of its calls, up to the thread
  };

  struct Step {
    enum class Kind { kSent, kArrived, kCallBegins, kCallEnds, kObserved, kExited };
    std::int64_t time = 0;
    Kind kind = Kind::kSent;
    std::size_t index = 0;  // in the list of its kind
  };

  std::vector<Segment> segments;
  std::vector<Call> calls;
  std::vector<Observation> observations;
  std::vector<Exit> exits;
  std::vector<Step> steps;  // in the order of time
  std::int64_t end = 0;     // of the timeline
};

// Events that are not as they should be are left out.
TcpTrace ReadTcpTrace(const Timeline& timeline, const LadderLifelines& lifelines);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_TCP_TRACE_H_

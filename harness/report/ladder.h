// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_LADDER_H_
#define HALFOPEN_HARNESS_REPORT_LADDER_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/report/read_report.h"

namespace halfopen {

// A timeline as a ladder diagram shows it, for a terminal and for a browser: what happened, on
// which lifeline, from when to when. All times are nanoseconds since the timeline's zero; all texts
// may come from programs and are to be shown as text. A lifeline is an index into `lifelines`, -1
// if what is told belongs to none of them.
struct Ladder {
  // A host. A host that talks to itself has one lifeline for each of its two ends.
  struct Lifeline {
    std::string name;
    std::vector<std::string> addresses;
    bool transit = false;  // a router, which passes on what others send
  };

  struct Packet {
    std::int64_t time = 0;                // when it was sent
    std::optional<std::int64_t> arrived;  // when it came in at the receiver's interface
    int from = -1;
    int to = -1;
    std::string text;  // in packet notation
    std::string source;
    std::string destination;
    std::string options;  // in packet notation; empty if it has none
    std::int64_t window = 0;
    std::string fault;  // the rule that dropped or rejected it; empty if none did
    int fault_at = -1;  // the lifeline of that rule
  };

  struct Call {
    std::int64_t id = 0;
    int lifeline = -1;
    std::string socket;  // the socket's label; of a program its host, name and thread
    std::string name;    // "recv"
    std::string text;    // as strace prints it, with result and errno in words
    std::int64_t begin = 0;
    std::optional<std::int64_t> end;  // none: it had not returned when the scenario ended
    std::string error;                // "ETIMEDOUT"; empty if it succeeded
    bool of_program = false;
  };

  // The state of one end of a connection for as long as it lasts.
  struct State {
    int lifeline = -1;
    std::string label;   // the socket's
    std::string local;   // "10.0.0.1:4000"
    std::string remote;  // "10.0.0.2:80"; empty of a listener
    std::string state;   // as ss prints it: "FIN-WAIT-2"
    std::int64_t begin = 0;
    std::int64_t end = 0;
    // Socket diagnostics have seen it in this span; otherwise it follows from the segments and
    // calls by RFC 9293 3.3.2.
    bool observed = false;
  };

  // What socket diagnostics answered at one moment.
  struct Sample {
    std::int64_t time = 0;
    int lifeline = -1;
    std::string label;
    std::string text;  // as ss prints it
  };

  // A timer of one end of a connection while it ran, by the segments that it caused and by what
  // socket diagnostics saw.
  struct Timer {
    int lifeline = -1;
    std::string label;
    std::string local;
    std::string remote;
    // As ss -o prints it: "on" (retransmission), "keepalive", "persist", "timewait".
    std::string kind;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    bool fired = false;  // it ended by expiry, not because it was stopped or the scenario ended
  };

  struct Fault {
    int lifeline = -1;
    std::string host;
    std::string rule;  // as nft prints it
    std::int64_t begin = 0;
    std::optional<std::int64_t> end;  // none: it was in force to the end
    std::int64_t hits = 0;            // packets
  };

  // A program's start, output or end. What it writes letter by letter is one output.
  struct Output {
    std::int64_t time = 0;
    int lifeline = -1;
    std::string program;
    std::string event;  // "started", "stdout", "stderr", "ended"
    std::string text;
  };

  // Anything else of one moment: "cause", "deviation", "timing".
  struct Note {
    std::int64_t time = 0;
    std::string kind;
    std::string text;
    bool held = true;  // false of a time that was judged wrong, and of a cause that was withheld
  };

  // How counters of a host's network namespace had grown.
  struct Counters {
    std::int64_t time = 0;
    int lifeline = -1;
    std::vector<std::pair<std::string, std::int64_t>> grown;  // "TcpExt.ListenOverflows", 1
  };

  // A wire that differed from its script.
  struct Difference {
    struct Line {
      char mark = ' ';        // '-' missing, '+' extra, '!' late, early or different
      std::int64_t time = 0;  // of a missing packet when it should have come, else when it came
      int from = -1;
      int to = -1;
      std::string text;  // in packet notation: of a missing packet as expected, else as it came
      std::string note;  // what is wrong with it
    };
    std::int64_t time = 0;
    std::string report;  // as the failure's message has it
    std::vector<Line> lines;
  };

  std::vector<Lifeline> lifelines;  // from left to right
  std::vector<Packet> packets;      // each list in the order of time
  std::vector<Call> calls;
  std::vector<State> states;
  std::vector<Sample> samples;
  std::vector<Timer> timers;
  std::vector<Fault> faults;
  std::vector<Output> outputs;
  std::vector<Note> notes;
  std::vector<Counters> counters;
  std::vector<Difference> differences;
  std::int64_t begin = 0;  // of the first event
  std::int64_t end = 0;    // of the last one
  std::string problem;     // why there is nothing to draw; empty if there is
};

// Never throws for what a timeline holds: an event that is not as it should be is left out.
Ladder MakeLadder(const Timeline& timeline);

// The same fields by the same names; fields at their defaults (empty, none, -1, false of
// `transit`, `observed`, `fired`, `of_program`, true of `held`) are left out.
nlohmann::json ToJson(const Ladder& ladder);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_LADDER_H_

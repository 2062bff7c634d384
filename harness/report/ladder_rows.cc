// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "harness/report/ladder_call_text.h"
#include "harness/report/ladder_notation.h"

namespace halfopen {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
// What is quiet for as long is drawn as a break, and what a call takes longer as a wait.
constexpr std::int64_t kIdle = 100 * kMillisecond;
constexpr std::int64_t kBlocks = kMillisecond;

class RowMaker {
 public:
  RowMaker(const Ladder& ladder, bool everything) : ladder_(ladder), everything_(everything) {}

  LadderRows Make() {
    AddFaults();
    AddNotes();
    AddCalls();
    AddPackets();
    AddStates();
    AddTimers();
    AddSamples();
    AddCounters();
    AddOutputs();
    AddDifferences();
    Sort();
    return std::move(result_);
  }

 private:
  using Ink = LadderInk;

  // A row of its own, which stands where its time puts it, among those of one time by `rank`.
  std::size_t Row(std::int64_t time, int rank) {
    LadderRow& row = result_.rows.emplace_back();
    row.time = time;
    row.blocked.resize(ladder_.lifelines.size());
    ranks_.push_back(rank);
    return result_.rows.size() - 1;
  }

  void Across(std::int64_t time, std::string text, Ink ink) {
    LadderRow& row = result_.rows[Row(time, 0)];
    row.across = std::move(text);
    row.across_ink = ink;
  }

  void Beside(std::size_t row, int lifeline, std::string text, Ink ink) {
    if (lifeline < 0) {
      result_.rows[row].across = std::move(text);
      result_.rows[row].across_ink = ink;
    } else {
      result_.rows[row].beside.push_back({lifeline, std::move(text), ink});
    }
  }

  std::string NameOf(int lifeline) const {
    return lifeline < 0 ? "" : ladder_.lifelines[static_cast<std::size_t>(lifeline)].name;
  }

  void AddFaults() {
    for (std::size_t i = 0; i < ladder_.faults.size(); ++i) {
      const Ladder::Fault& fault = ladder_.faults[i];
      const std::string name = fmt::format("fault {}", i + 1);
      fault_names_.emplace(WithoutCounter(fault.rule), name);
      Across(fault.begin, fmt::format("{} on {}: {}", name, fault.host, WithoutCounter(fault.rule)),
             Ink::kFault);
      if (!fault.end) continue;
      Across(
          *fault.end,
          fmt::format("{} lifted after {} packet{}", name, fault.hits, fault.hits == 1 ? "" : "s"),
          Ink::kFault);
    }
  }

  void AddNotes() {
    for (const Ladder::Note& note : ladder_.notes) {
      if (note.kind == "cause") {
        // That a fault is a cause is told where it is armed.
        if (note.held && note.text.starts_with("cause: fault on ")) continue;
        Across(note.time, note.text, Ink::kCause);
      } else if (note.kind == "timing") {
        if (!note.held) Across(note.time, note.text, Ink::kError);
      } else if (note.text.find(" expected not to ") == std::string::npos) {
        Across(note.time, note.text, Ink::kFaint);
      }
    }
  }

  bool LeavesOut(const Ladder::Call& call) {
    if (everything_) return false;
    if (OnlyPrepares(call)) return true;
    const std::int64_t lasted = call.end.value_or(ladder_.end) - call.begin;
    // A program asks and waits again and again; the waits that make up the story are long.
    if (Polls(call)) {
      return lasted < 1000 * kMillisecond || lasted < (ladder_.end - ladder_.begin) / 50;
    }
    return call.of_program && call.error == "EAGAIN";
  }

  void AddCalls() {
    std::map<int, std::set<std::string>> callers;
    for (const Ladder::Call& call : ladder_.calls) callers[call.lifeline].insert(call.socket);
    for (const Ladder::Call& call : ladder_.calls) {
      if (LeavesOut(call)) {
        ++result_.left_out;
        continue;
      }
      CallText text = ShortCallText(call, NameOf(call.lifeline),
                                    callers[call.lifeline].size() == 1 && call.of_program);
      if (OnlySucceeds(call)) text.result.clear();
      const std::int64_t lasted = call.end.value_or(ladder_.end) - call.begin;
      const bool blocks = !call.end || lasted >= (OnlySucceeds(call) ? kIdle : kBlocks) ||
                          (!call.error.empty() && HasPacketIn(call.begin, *call.end));
      const Ink ink = call.error.empty() ? Ink::kPlain : Ink::kError;
      if (!blocks) {
        const char* const space = text.result.empty() ? "" : " ";
        Beside(Row(call.begin, 1), call.lifeline, text.call + space + text.result, ink);
        continue;
      }
      const std::size_t begin = Row(call.begin, 1);
      Beside(begin, call.lifeline, text.call, Ink::kPlain);
      const std::size_t end = Row(call.end.value_or(ladder_.end), 3);
      const std::string name = text.call.substr(0, text.call.find('('));
      Beside(end, call.lifeline,
             call.end ? name + "() " + text.result : name + "() has not returned", ink);
      if (call.lifeline >= 0) waits_.push_back({begin, end, call.lifeline});
      if (call.end) row_of_end_[{call.lifeline, *call.end}] = end;
    }
  }

  bool HasPacketIn(std::int64_t begin, std::int64_t end) const {
    const auto first = std::ranges::lower_bound(ladder_.packets, begin, {}, &Ladder::Packet::time);
    return first != ladder_.packets.end() && first->time <= end;
  }

  void AddPackets() {
    for (const Ladder::Packet& packet : ladder_.packets) {
      const std::size_t index = Row(packet.time, 2);
      LadderRow& row = result_.rows[index];
      row.arrow =
          LadderRow::Arrow{.from = packet.from, .to = packet.to, .text = ArrowText(packet.text)};
      row.arrow->text = SocketOf(packet.text, packet.from, packet.to) + row.arrow->text;
      if (packet.window == 0 && row.arrow->text.find(" ack ") != std::string::npos &&
          row.arrow->text.find('R') == std::string::npos) {
        row.arrow->text += " win 0";
      }
      sent_.emplace(packet.time, std::pair(packet.source, index));
      if (packet.arrived) arrived_.emplace(*packet.arrived, std::pair(packet.destination, index));
      if (packet.fault.empty()) {
        row.arrow->lost = !packet.arrived && packet.to >= 0;
        continue;
      }
      row.arrow->stopped_at = packet.fault_at >= 0 ? packet.fault_at : packet.to;
      const std::string rule = WithoutCounter(packet.fault);
      const auto name = fault_names_.find(rule);
      Beside(index, row.arrow->stopped_at, name == fault_names_.end() ? rule : name->second,
             Ink::kFault);
    }
  }

  std::string SocketOf(const std::string& notation, int from, int to) const {
    const std::string sender = SenderIn(notation);
    const std::string receiver = ReceiverIn(notation);
    if (from >= 0 && sender != NameOf(from)) return sender + ": ";
    return to >= 0 && receiver != NameOf(to) ? receiver + ": " : "";
  }

  // The arrow with which something began at one end of a connection; none if there is none.
  std::optional<std::size_t> ArrowAt(std::int64_t time, const std::string& local) const {
    for (const auto* const list : {&sent_, &arrived_}) {
      const auto [first, last] = list->equal_range(time);
      for (auto it = first; it != last; ++it) {
        if (it->second.first == local) return it->second.second;
      }
    }
    return std::nullopt;
  }

  void AddStates() {
    std::map<int, std::set<std::pair<std::string, std::string>>> ends;
    for (const Ladder::State& state : ladder_.states) {
      if (!state.remote.empty()) ends[state.lifeline].emplace(state.local, state.remote);
    }
    for (const Ladder::State& state : ladder_.states) {
      // listen() says so itself.
      if (state.lifeline < 0 || state.remote.empty()) continue;
      if (const auto arrow = ArrowAt(state.begin, state.local)) {
        Beside(*arrow, state.lifeline, state.state, Ink::kState);
        continue;
      }
      std::string text = state.state;
      if (ends[state.lifeline].size() > 1) {
        const bool has_label = !state.label.empty() && state.label != NameOf(state.lifeline);
        text += fmt::format(" ({})", has_label ? state.label : "of " + state.remote);
      }
      const auto call = row_of_end_.find({state.lifeline, state.begin});
      Beside(call != row_of_end_.end() ? call->second : Row(state.begin, 4), state.lifeline,
             std::move(text), Ink::kState);
    }
  }

  void AddTimers() {
    for (const Ladder::Timer& timer : ladder_.timers) {
      if (!timer.fired) continue;
      std::string text = fmt::format("{} {}", timer.kind == "on" ? "RTO" : timer.kind,
                                     SecondsText(timer.end - timer.begin));
      const auto arrow = ArrowAt(timer.end, timer.local);
      const auto call = row_of_end_.find({timer.lifeline, timer.end});
      if (!arrow && call != row_of_end_.end()) {
        Beside(call->second, timer.lifeline, std::move(text), Ink::kTimer);
      } else {
        Beside(arrow ? *arrow : Row(timer.end, 2), timer.lifeline, std::move(text), Ink::kTimer);
      }
    }
  }

  // What ss would print of queues; states and timers stand beside the lifeline already.
  void AddSamples() {
    std::map<std::string, std::string> last;
    for (const Ladder::Sample& sample : ladder_.samples) {
      const std::size_t colon = sample.text.find(": ");
      std::vector<std::string> words;
      for (std::size_t at = colon == std::string::npos ? 0 : colon + 2; at < sample.text.size();) {
        const std::size_t end = std::min(sample.text.find(' ', at), sample.text.size());
        words.push_back(sample.text.substr(at, end - at));
        at = end + 1;
      }
      if (words.size() < 5) continue;
      std::string text = fmt::format("ss: {} {} {}", words[0], words[1], words[2]);
      const bool tells = everything_ || words[1] != "0" || words[2] != "0";
      if (everything_ && words.size() > 5) text += " " + words[5];
      const std::string which = sample.label + words[3] + words[4];
      if (!tells || last[which] == text) continue;
      last[which] = text;
      if (sample.label != NameOf(sample.lifeline) &&
          !sample.label.ends_with(" of " + NameOf(sample.lifeline))) {
        text = sample.label + ": " + text;
      }
      Beside(Row(sample.time, 5), sample.lifeline, std::move(text), Ink::kFaint);
    }
  }

  // What every connection counts is left out: segments, octets and how often it went as it should.
  bool IsWorthTelling(const std::string& counter) const {
    constexpr std::array<std::string_view, 8> kRoutine = {"TcpExt.TCPOrigDataSent",
                                                          "TcpExt.TCPDelivered",
                                                          "TcpExt.TCPPureAcks",
                                                          "TcpExt.TCPHPAcks",
                                                          "TcpExt.TCPHPHits",
                                                          "TcpExt.TcpTimeoutRehash",
                                                          "TcpExt.TW",
                                                          "TcpExt.DelayedACKs"};
    if (everything_) return true;
    return counter.starts_with("TcpExt.") && std::ranges::find(kRoutine, counter) == kRoutine.end();
  }

  void AddCounters() {
    for (const Ladder::Counters& counters : ladder_.counters) {
      std::vector<std::string> words;
      for (const auto& [name, by] : counters.grown) {
        const std::string_view bare = std::string_view(name).substr(name.find('.') + 1);
        if (IsWorthTelling(name)) words.push_back(fmt::format("{} {:+}", bare, by));
      }
      if (words.empty()) continue;
      Beside(Row(counters.time, 5), counters.lifeline,
             fmt::format("nstat: {}", fmt::join(words, ", ")), Ink::kFaint);
    }
  }

  // A log's lines are longer than there is room.
  std::string Line(const Ladder::Output& output, const std::string& text) const {
    constexpr std::size_t kMost = 100;
    std::string line = fmt::format("{} {}: {}", output.program, output.event, text);
    if (everything_ || line.size() <= kMost) return line;
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
    return line.substr(0, end) + "...";
  }

  void AddOutputs() {
    for (const Ladder::Output& output : ladder_.outputs) {
      std::string text = output.text;
      while (text.ends_with('\n')) text.pop_back();
      for (std::size_t at = 0;; ++at) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        Beside(Row(output.time, 1), output.lifeline, Line(output, text.substr(at, end - at)),
               Ink::kProgram);
        at = end;
        if (end == text.size()) break;
      }
    }
  }

  void AddDifferences() {
    for (const Ladder::Difference& difference : ladder_.differences) {
      for (const Ladder::Difference::Line& line : difference.lines) {
        if (line.mark == ' ') continue;
        std::size_t row = FindArrow(line);
        if (row == result_.rows.size()) {
          row = Row(line.time, 2);
          result_.rows[row].arrow = LadderRow::Arrow{
              .from = line.from,
              .to = line.to,
              .text = SocketOf(line.text, line.from, line.to) + ArrowText(line.text),
              .missing = line.mark == '-'};
        }
        result_.rows[row].mark = line.mark;
        if (!line.note.empty()) Beside(row, line.to, line.note, Ink::kError);
      }
    }
  }

  // The arrow that the line is about; behind the last row if it has none.
  std::size_t FindArrow(const Ladder::Difference::Line& line) const {
    if (line.mark == '-') return result_.rows.size();
    const auto [first, last] = sent_.equal_range(line.time);
    for (auto it = first; it != last; ++it) {
      const LadderRow& row = result_.rows[it->second.second];
      if (row.arrow->from == line.from && row.arrow->to == line.to) return it->second.second;
    }
    return result_.rows.size();
  }

  void Sort() {
    std::vector<std::size_t> order(result_.rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, {}, [&](std::size_t row) { return std::pair(result_.rows[row].time, ranks_[row]); });
    std::vector<std::size_t> place(order.size());
    std::vector<LadderRow> rows;
    for (const std::size_t row : order) {
      place[row] = rows.size();
      rows.push_back(std::move(result_.rows[row]));
      const std::size_t size = rows.size();
      if (size < 2) continue;
      const std::int64_t quiet = rows[size - 1].time - rows[size - 2].time;
      if (quiet >= kIdle) rows.back().idle = quiet;
    }
    result_.rows = std::move(rows);
    MarkWaits(place);
  }

  void MarkWaits(const std::vector<std::size_t>& place) {
    // How many calls begin and end to wait at a row, of each lifeline.
    std::map<std::pair<std::size_t, std::size_t>, int> change;
    for (const auto& [begin, end, lifeline] : waits_) {
      const auto line = static_cast<std::size_t>(lifeline);
      ++change[{line, place[begin]}];
      --change[{line, place[end] + 1}];
    }
    for (std::size_t line = 0; line < ladder_.lifelines.size(); ++line) {
      int waiting = 0;
      auto next = change.lower_bound({line, 0});
      for (std::size_t row = 0; row < result_.rows.size(); ++row) {
        if (next != change.end() && next->first == std::pair(line, row)) waiting += next++->second;
        result_.rows[row].blocked[line] = waiting > 0;
      }
    }
  }

  struct Wait {
    std::size_t begin = 0;
    std::size_t end = 0;
    int lifeline = -1;
  };

  const Ladder& ladder_;
  const bool everything_;
  LadderRows result_;
  std::vector<int> ranks_;
  std::vector<Wait> waits_;
  std::map<std::string, std::string> fault_names_;  // by rule
  std::multimap<std::int64_t, std::pair<std::string, std::size_t>> sent_;
  std::multimap<std::int64_t, std::pair<std::string, std::size_t>> arrived_;
  std::map<std::pair<int, std::int64_t>, std::size_t> row_of_end_;
};

}  // namespace

std::string SecondsText(std::int64_t nanoseconds) {
  const double seconds = static_cast<double>(nanoseconds) / 1e9;
  return fmt::format("{:.{}f} s", seconds, seconds < 1 ? 3 : seconds < 10 ? 2 : 1);
}

LadderRows RowsOf(const Ladder& ladder, bool everything) {
  return RowMaker(ladder, everything).Make();
}

}  // namespace halfopen

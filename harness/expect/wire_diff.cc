// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/wire_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "harness/expect/duration_text.h"
#include "harness/expect/wire_diff_notes.h"

namespace halfopen {
namespace {

// One line of a diff: a packet, or the text of something else.
struct Row {
  char mark = ' ';
  std::string time;
  bool recorded = false;  // `time` is a time of the record, not one of the script
  TimePoint at{};         // when it came, or was to come
  std::optional<PacketColumns> packet;
  std::string text;
  std::string note;
};

class Diff {
 public:
  Diff(const Judgement& judgement, std::span<const WirePacket> packets,
       std::span<const Annotation> annotations)
      : judgement_(judgement), packets_(packets), annotations_(annotations) {
    if (!packets.empty()) {
      zero_ = packets.front().time;
    } else if (!annotations.empty()) {
      zero_ = annotations.front().time;
    }
  }

  // `end` is when a record without a packet ends.
  const std::vector<Row>& Rows(TimePoint end) {
    std::size_t folded = 0;  // lines to come that stand in the first one of their handshake
    for (std::size_t i = 0; i < judgement_.lines.size(); ++i) {
      const JudgedLine& line = judgement_.lines[i];
      if (line.missing()) {
        missing_.push_back(&line);
        continue;
      }
      const WirePacket& packet = packets_[*line.packet];
      if (folded > 0) {
        --folded;
      } else {
        AddAnnotationsBefore(packet.time);
        AddMissing("never seen; the next line came instead", packet.time);
        AddPacket(line);
        if (BeginsFoldedHandshake(i)) {
          rows_.back().note = "... handshake";
          folded = 2;
        }
      }
      Pass(packet.from, packet.time);
    }
    AddAnnotationsBefore(TimePoint::max());
    AddMissing("never seen; the record ends here", last_.value_or(end));
    AddUnfinishedQuiet(end);
    return rows_;
  }

  std::string Print() {
    Rows({});
    return PrintRows();
  }

 private:
  std::string SecondsSinceStart(TimePoint time) const {
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time - zero_).count();
    const auto distance = since < 0 ? -since : since;
    return fmt::format("{}{}.{:06}", since < 0 ? "-" : "", distance / 1'000'000,
                       distance % 1'000'000);
  }

  void AddAnnotationsBefore(TimePoint time) {
    for (; !annotations_.empty() && annotations_.front().time < time;
         annotations_ = annotations_.subspan(1)) {
      rows_.push_back({.time = SecondsSinceStart(annotations_.front().time),
                       .recorded = true,
                       .at = annotations_.front().time,
                       .packet = {},
                       .text = annotations_.front().text,
                       .note = {}});
    }
  }

  // A packet of `from` came at `time`, or was to come then.
  void Pass(const std::string& from, TimePoint time) {
    last_of_[from] = time;
    last_ = time;
  }

  // When a packet was to come that runs from what has passed so far, as Judge() has it; none if
  // the script does not say.
  std::optional<TimePoint> DueTime(const ExpectedPacket& expected) const {
    if (!expected.time.has_value() || !last_.has_value()) return std::nullopt;
    const auto same_sender = last_of_.find(expected.from);
    return (same_sender == last_of_.end() ? *last_ : same_sender->second) + *expected.time;
  }

  // Only the last one stands next to what `reason` speaks of, which happened at `next`.
  void AddMissing(const std::string& reason, TimePoint next) {
    for (const JudgedLine* line : missing_) {
      const ExpectedPacket& expected = judgement_.expectation.packets[*line->expected];
      // What is to follow a missing packet at once is due when that was.
      next = DueTime(expected).value_or(next);
      Pass(expected.from, next);
      rows_.push_back({.mark = '-',
                       .time = expected.time.has_value() ? "+" + DurationText(*expected.time) : "",
                       .at = next,
                       .packet = Columns(expected.from, expected.to, expected.packet),
                       .text = {},
                       .note = line == missing_.back() ? reason : "never seen"});
    }
    missing_.clear();
  }

  void AddPacket(const JudgedLine& line) {
    const WirePacket& packet = packets_[*line.packet];
    rows_.push_back({.mark = line.as_expected() ? ' '
                             : line.extra()     ? '+'
                                                : '!',
                     .time = SecondsSinceStart(packet.time),
                     .recorded = true,
                     .at = packet.time,
                     .packet = Columns(packet),
                     .text = {},
                     .note = Explain(line)});
  }

  // True if line `i` and the next two are a handshake as expected.
  bool BeginsFoldedHandshake(std::size_t i) const {
    if (i + 2 >= judgement_.lines.size()) return false;
    const JudgedLine* lines = &judgement_.lines[i];
    for (std::size_t k = 0; k < 3; ++k) {
      if (!lines[k].as_expected()) return false;
      if (*lines[k].expected != *lines[0].expected + k) return false;
    }
    return judgement_.expectation.packets[*lines[0].expected].begins_handshake;
  }

  void AddUnfinishedQuiet(TimePoint end) {
    if (!judgement_.unfinished_quiet.has_value()) return;
    rows_.push_back({.mark = '!',
                     .time = "",
                     .at = last_.value_or(end),
                     .packet = {},
                     .text = "quiet " + DurationText(judgement_.unfinished_quiet->nominal),
                     .note = ExplainUnfinishedQuiet(*judgement_.unfinished_quiet)});
  }

  std::string PrintRows() const {
    ColumnWidths widths;
    std::size_t time_width = 0;
    for (const Row& row : rows_) {
      time_width = std::max(time_width, row.time.size());
      if (row.packet.has_value()) widths.Fit(*row.packet);
    }
    std::string text = Summarize(judgement_);
    for (const Row& row : rows_) {
      const std::string time =
          fmt::format(fmt::runtime(row.recorded ? "{:>{}}" : "{:<{}}"), row.time, time_width);
      const std::string what = row.packet.has_value() ? Join(*row.packet, widths) : row.text;
      std::string line = fmt::format(" {}  {} {}", row.mark, time, what);
      if (!row.note.empty()) line += "      " + row.note;
      line.erase(line.find_last_not_of(' ') + 1);
      text += "\n" + line;
    }
    return text;
  }

  const Judgement& judgement_;
  std::span<const WirePacket> packets_;
  std::span<const Annotation> annotations_;  // those not yet printed
  TimePoint zero_{};
  std::vector<const JudgedLine*> missing_;    // since the last packet
  std::map<std::string, TimePoint> last_of_;  // by sender, when its last packet came or was to come
  std::optional<TimePoint> last_;             // of any sender
  std::vector<Row> rows_;
};

}  // namespace

std::string Summarize(const Judgement& judgement) {
  if (judgement.as_expected()) return "the wire is as expected";
  return fmt::format("the wire differs ({} missing, {} extra, {} late, {} early, {} different)",
                     judgement.missing, judgement.extra, judgement.late, judgement.early,
                     judgement.different);
}

std::string PrintDiff(const Judgement& judgement, std::span<const WirePacket> packets,
                      std::span<const Annotation> annotations) {
  return Diff(judgement, packets, annotations).Print();
}

std::vector<WireDifference::Line> MarkedLines(const Judgement& judgement,
                                              std::span<const WirePacket> packets, TimePoint end) {
  std::vector<WireDifference::Line> lines;
  Diff diff(judgement, packets, {});
  for (const Row& row : diff.Rows(end)) {
    if (row.mark == ' ') continue;
    const PacketColumns packet = row.packet.value_or(PacketColumns());
    lines.push_back({row.mark, row.at, packet.from, packet.to,
                     row.packet.has_value() ? Join(packet, {}) : row.text, row.note});
  }
  return lines;
}

std::string PrintRecord(std::span<const WirePacket> packets, PrintFields fields) {
  ColumnWidths widths;
  for (const WirePacket& packet : packets) widths.Fit(Columns(packet, fields));
  widths.rest = widths.both = 0;
  std::string script;
  for (const WirePacket& packet : packets) script += Join(Columns(packet, fields), widths) + "\n";
  return script;
}

}  // namespace halfopen

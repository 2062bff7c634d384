// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder_text.h"

#include <fmt/format.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/report/console.h"
#include "harness/report/ladder_rows.h"
#include "harness/report/printable_text.h"
#include "harness/report/text_canvas.h"

namespace halfopen {
namespace {

constexpr int kTimeColumns = 12;  // "7243.238344 " with a mark before it
constexpr std::string_view kFaint = "2";

// The characters that lines are drawn with.
struct LadderGlyphs {
  const char* lifeline;
  const char* waiting;
  const char* idle;
  const char* line;
  const char* missing;
  const char* over;
  const char* to_right;
  const char* to_left;
  const char* out_right;
  const char* out_left;
  const char* cross;
  const char* across;
};
constexpr LadderGlyphs kUnicode = {"│", "┃", "┊", "─", "╌", "┼", "▶", "◀", "├", "┤", "╳", "┄"};
constexpr LadderGlyphs kAscii = {"|", "#", ":", "-", ".", "+", ">", "<", "|", "|", "X", "."};

std::string_view ColorOf(LadderInk ink) {
  switch (ink) {
    case LadderInk::kPlain:
      return "";
    case LadderInk::kFaint:
      return kFaint;
    case LadderInk::kState:
      return "36";
    case LadderInk::kTimer:
      return "33";
    case LadderInk::kError:
    case LadderInk::kFault:
      return "31";
    case LadderInk::kCause:
      return "1";
    case LadderInk::kProgram:
      return "35";
  }
  return "";
}

class LadderPrinter {
 public:
  LadderPrinter(const Ladder& ladder, const LadderStyle& style)
      : ladder_(ladder),
        style_(style),
        glyphs_(style.utf8 ? kUnicode : kAscii),
        width_(std::max(style.width, 80)),
        rows_(RowsOf(ladder, style.everything)) {}

  std::string Print() {
    PlaceLifelines();
    PrintNames();
    for (const LadderRow& row : rows_.rows) {
      if (row.idle > 0) PrintIdle(row);
      if (row.across.empty()) {
        PrintRow(row);
      } else {
        PrintAcross(row);
      }
    }
    if (rows_.rows.size() > 40) PrintNames();
    return std::move(text_);
  }

 private:
  std::size_t count() const { return x_.size(); }
  int last() const { return static_cast<int>(x_.size()) - 1; }
  int X(int lifeline) const { return x_[static_cast<std::size_t>(lifeline)]; }
  std::vector<Symbol> Glyphs(std::string_view text) const {
    return PrintableSymbols(text, style_.utf8);
  }

  void PlaceLifelines() {
    const int hosts = std::max(static_cast<int>(ladder_.lifelines.size()), 1);
    int arrow = 18;
    std::vector<int> beside(static_cast<std::size_t>(hosts), 8);
    for (const LadderRow& row : rows_.rows) {
      if (row.arrow) arrow = std::max(arrow, Columns(Glyphs(row.arrow->text)) + 6);
      // With routers between them, hosts have their calls inside and states alone outside.
      if (hosts > 2 && !row.arrow) continue;
      for (const LadderRow::Words& words : row.beside) {
        int& widest = beside[static_cast<std::size_t>(std::clamp(words.lifeline, 0, hosts - 1))];
        widest = std::max(widest, Columns(Glyphs(words.text)));
      }
    }
    const int room = width_ - kTimeColumns - hosts - 3;
    const int gaps = std::max(hosts - 1, 1);
    int gap = std::max(std::min(arrow, (room - (hosts == 2 ? 36 : 28)) / gaps), 8);
    const int outside = std::max(room - gap * gaps, 8);
    int left = beside.front();
    int right = beside.back();
    if (left + right > outside) {
      if (left <= outside / 2) {
        right = outside - left;
      } else if (right <= outside / 2) {
        left = outside - right;
      } else {
        left = outside / 2;
        right = outside - left;
      }
    } else if (hosts == 2) {
      gap = std::min(gap + (outside - left - right) / 2, std::max(gap, 34));
    }
    for (int i = 0; i < static_cast<int>(ladder_.lifelines.size()); ++i) {
      x_.push_back(kTimeColumns + left + 1 + i * (gap + 1));
    }
    right_edge_ = std::min(width_, x_.empty() ? width_ : x_.back() + 2 + right);
  }

  TextLine Line(const LadderRow& row, bool first) const {
    TextLine line(width_);
    for (int i = 0; i <= last(); ++i) {
      const bool waits =
          i < static_cast<int>(row.blocked.size()) && row.blocked[static_cast<std::size_t>(i)];
      line.Put(X(i), {{waits ? glyphs_.waiting : glyphs_.lifeline, 1}}, waits ? "" : kFaint);
    }
    if (!first) return line;
    const double seconds = static_cast<double>(row.time - ladder_.begin) / 1e9;
    const std::string time = fmt::format("{:11.6f}", seconds);
    line.Put(0, Glyphs(time), row.mark == ' ' ? kFaint : "31");
    if (row.mark != ' ') line.Put(0, Glyphs(std::string(1, row.mark)), "31");
    return line;
  }

  void PrintNames() {
    TextLine names(width_);
    TextLine addresses(width_);
    bool has_addresses = false;
    for (int i = 0; i <= last(); ++i) {
      const Ladder::Lifeline& host = ladder_.lifelines[static_cast<std::size_t>(i)];
      const auto centred = [&](std::string_view text) {
        std::vector<Symbol> glyphs = Wrap(Glyphs(text), count() < 2 ? 40 : X(1) - X(0) - 1, 0)[0];
        const int begin = std::max(X(i) - Columns(glyphs) / 2, kTimeColumns);
        return std::pair(begin, glyphs);
      };
      const auto [name_at, name] = centred(host.name);
      names.Put(name_at, name, "1");
      if (host.addresses.empty()) continue;
      has_addresses = true;
      const auto [address_at, address] = centred(host.addresses.front());
      addresses.Put(address_at, address, kFaint);
    }
    text_ += names.Render(style_.color);
    if (has_addresses) text_ += addresses.Render(style_.color);
  }

  void PrintIdle(const LadderRow& row) {
    TextLine line(width_);
    for (int i = 0; i <= last(); ++i) line.Put(X(i), {{glyphs_.idle, 1}}, kFaint);
    const std::string dots = style_.utf8 ? "· · ·" : ". . .";
    const std::vector<Symbol> label =
        PrintableSymbols(fmt::format("{} {} {}", dots, SecondsText(row.idle), dots), style_.utf8);
    const int middle = last() < 0 ? width_ / 2 : (X(0) + X(last())) / 2;
    // A single lifeline keeps its place.
    line.Put(last() == 0 ? X(0) + 2 : middle - Columns(label) / 2, label, "33");
    text_ += line.Render(style_.color);
  }

  void PrintAcross(const LadderRow& row) {
    const std::vector<std::vector<Symbol>> lines =
        Wrap(Glyphs(row.across), width_ - kTimeColumns - 4, 2);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      TextLine line = i == 0 ? Line(row, true) : TextLine(width_);
      line.Fill(kTimeColumns, right_edge_, i == 0 ? glyphs_.across : " ", kFaint);
      const int columns = Columns(lines[i]);
      line.Fill(kTimeColumns + 3, kTimeColumns + 5 + columns, " ", "");
      line.Put(kTimeColumns + 4, lines[i], ColorOf(row.across_ink));
      text_ += line.Render(style_.color);
    }
  }

  // Where the words beside a lifeline stand.
  struct Place {
    int begin = 0;
    int end = 0;
    bool to_right = true;  // of the lifeline; else they end at it
  };

  Place PlaceOf(const LadderRow& row, int lifeline) const {
    const int x = X(lifeline);
    if (last() > 1 && !row.arrow) {
      return lifeline < last() ? Place{x + 2, width_, true} : Place{X(0) + 2, x - 1, false};
    }
    if (lifeline == 0 && last() > 0) return {kTimeColumns, x - 1, false};
    if (lifeline == last()) return {x + 2, width_, true};
    const int other = row.arrow->from == lifeline ? row.arrow->to : row.arrow->from;
    if (other > lifeline) return {X(lifeline - 1) + 2, x - 1, false};
    return {x + 2, X(lifeline + 1) - 1, true};
  }

  void PrintRow(const LadderRow& row) {
    std::vector<TextLine> lines = {Line(row, true)};
    if (row.arrow) Draw(*row.arrow, lines.front());
    for (int i = 0; i <= last(); ++i) PrintBeside(row, i, lines);
    for (const TextLine& line : lines) text_ += line.Render(style_.color);
  }

  // In one line if there is room, the first of them next to the lifeline; else below each other.
  void PrintBeside(const LadderRow& row, int lifeline, std::vector<TextLine>& lines) const {
    const Place place = PlaceOf(row, lifeline);
    std::vector<std::pair<std::vector<Symbol>, std::string_view>> all;
    int columns = -2;
    for (const LadderRow::Words& words : row.beside) {
      if (words.lifeline != lifeline) continue;
      all.emplace_back(Glyphs(words.text), ColorOf(words.ink));
      columns += Columns(all.back().first) + 2;
    }
    if (row.arrow && all.size() > 1 && columns <= place.end - place.begin) {
      int begin = place.begin;
      int end = place.end;
      for (const auto& [glyphs, color] : all) {
        end -= Columns(glyphs);
        lines.front().Put(place.to_right ? begin : end, glyphs, color);
        begin += Columns(glyphs) + 2;
        end -= 2;
      }
      return;
    }
    std::size_t at = 0;
    for (const auto& [glyphs, color] : all) {
      const int indent = place.to_right ? 2 : 0;
      for (const auto& piece : Wrap(glyphs, place.end - place.begin, indent)) {
        if (at == lines.size()) lines.push_back(Line(row, false));
        lines[at++].Put(place.to_right ? place.begin : place.end - Columns(piece), piece, color);
      }
    }
  }

  // The column of the router that a packet comes to first.
  std::optional<int> FirstRouterBetween(int from, int to) const {
    if (from < 0 || to < 0) return std::nullopt;
    for (int i = from; i != to; i += to > from ? 1 : -1) {
      if (ladder_.lifelines[static_cast<std::size_t>(i)].transit) return X(i);
    }
    return std::nullopt;
  }

  void Draw(const LadderRow::Arrow& arrow, TextLine& line) const {
    if (count() == 0) return;
    // An end that is on no lifeline lies outside of them.
    const int outer = 24;
    const int from = arrow.from >= 0 ? X(std::min(arrow.from, last()))
                                     : (arrow.to > last() / 2 ? X(0) - outer : X(last()) + outer);
    int to = arrow.to >= 0 ? X(std::min(arrow.to, last()))
                           : (arrow.from > last() / 2 ? X(0) - outer : X(last()) + outer);
    if (arrow.from < 0 && arrow.to < 0) to = X(0);
    const bool rightward = to > from;
    const bool stopped = arrow.stopped_at >= 0;
    // What got lost on its way got as far as a router, if there is one.
    if (arrow.lost) to = FirstRouterBetween(arrow.from, arrow.to).value_or(to);
    // At the sender itself it does not get far.
    if (stopped) {
      to = arrow.stopped_at == arrow.from ? from + (rightward ? 4 : -4)
                                          : X(std::min(arrow.stopped_at, last()));
    }
    const std::string_view color = arrow.missing || stopped ? "31" : "";
    const int begin = std::min(from, to) + 1;
    const int end = std::max(from, to);
    line.Fill(begin, end, arrow.missing ? glyphs_.missing : glyphs_.line, color);
    for (int i = 0; i <= last(); ++i) {
      if (X(i) > begin && X(i) < end - 1) line.Put(X(i), {{glyphs_.over, 1}}, kFaint);
    }
    if (arrow.from >= 0) {
      line.Put(from, {{rightward ? glyphs_.out_right : glyphs_.out_left, 1}}, color);
    }
    const char* const head = stopped || arrow.lost ? glyphs_.cross
                             : rightward           ? glyphs_.to_right
                                                   : glyphs_.to_left;
    line.Put(rightward ? end - 1 : begin, {{head, 1}}, stopped || arrow.lost ? "31" : color);
    const std::vector<Symbol> label = Glyphs(" " + arrow.text + " ");
    const int label_at = rightward ? from + 2 : from - 1 - Columns(label);
    line.Put(std::max(label_at, 0), label, color);
  }

  const Ladder& ladder_;
  const LadderStyle& style_;
  const LadderGlyphs& glyphs_;
  const int width_;
  const LadderRows rows_;
  std::vector<int> x_;  // columns of the lifelines
  int right_edge_ = 0;
  std::string text_;
};

}  // namespace

LadderStyle LadderStyle::Detect(int fd) {
  LadderStyle style;
  style.color = ConsoleStyle::Detect(fd).color;
  style.utf8 = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = std::max<int>(size.ws_col, 80);
  }
  return style;
}

std::string LadderText(const Ladder& ladder, const LadderStyle& style) {
  if (!ladder.problem.empty()) return Printable(ladder.problem, style.utf8) + "\n";
  std::string text = LadderPrinter(ladder, style).Print();
  return text;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>

#include "harness/report/again_command.h"
#include "harness/report/fit_text.h"
#include "harness/report/guest_text.h"
#include "harness/report/headline.h"
#include "harness/report/unexpected.h"

namespace halfopen {
namespace {

constexpr std::string_view kRed = "31";
constexpr std::string_view kGreen = "32";
constexpr std::string_view kYellow = "33";

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

std::string Paint(std::string_view text, std::string_view color, const ConsoleStyle& style) {
  return style.color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
}

// A scenario's clock: "3.1 s".
std::string Seconds(double seconds) { return fmt::format("{:.1f} s", seconds); }

std::string Word(const ScenarioResult& result) {
  if (result.vacuous) return "vacuous";
  if (result.IsRedControl()) return "red";
  return WordsOf(result.verdict);
}

// In quotes for a POSIX shell in any case, for a reader may make a pattern of it.
std::string Quote(const std::string& text) {
  const std::string word = ShellWord(text);
  return word.front() == '\'' ? word : "'" + word + "'";
}

// At the end of a long run, whose failures have long scrolled away.
std::string DescribeUnexpected(const RunReport& report, const ConsoleStyle& style) {
  constexpr std::size_t kMost = 20;
  const std::vector<const ScenarioResult*> unexpected = Unexpected(report);
  std::string text;
  for (std::size_t i = 0; i < std::min(unexpected.size(), kMost); ++i) {
    const ScenarioResult& result = *unexpected[i];
    text += fmt::format("{}  {}\n           {}\n",
                        Paint(fmt::format("{:<9}", Word(result)), kRed, style), result.Title(),
                        Headline(result));
  }
  if (unexpected.size() > kMost) text += fmt::format("{} more\n", unexpected.size() - kMost);
  return text;
}

// A scenario's clock, its name, and what it waits for, for which a third of the width is kept.
std::string DescribeRow(const LiveRow& row, int width) {
  const std::string clock = fmt::format("{:>8}  ", Seconds(row.seconds));
  const int room = std::max(width, 1) - ColumnsOf(clock);
  const int waiting = row.waiting_for.empty() ? 0 : 2 + ColumnsOf(row.waiting_for);
  const std::string title = CutMiddle(row.title, room - std::min(waiting, room / 3));
  std::string line = clock + title;
  if (waiting > 0) line += "  " + CutEnd(row.waiting_for, room - ColumnsOf(title) - 2);
  return CutEnd(line, std::max(width, 1));
}

}  // namespace

ConsoleStyle ConsoleStyle::Detect(int fd) {
  ConsoleStyle style;
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  style.live = isatty(fd) == 1 && !dumb;
  const char* forced = std::getenv("CLICOLOR_FORCE");
  style.color = style.live;
  if (forced != nullptr && *forced != '\0' && std::string_view(forced) != "0") style.color = true;
  if (IsSet("NO_COLOR")) style.color = false;
  return style;
}

std::string DescribeResult(const ScenarioResult& result, const ConsoleStyle& style) {
  const bool held_up = result.verdict == Verdict::kHeldUp;
  const bool undecided = result.verdict == Verdict::kSkipped || held_up;
  const std::string_view color = !result.AsExpected() ? kRed : undecided ? kYellow : kGreen;
  std::string text = Paint(fmt::format("{:<9}", Word(result)), color, style);
  text += fmt::format("  {}  {}\n", result.Title(), Seconds(result.seconds));
  if (result.AsExpected() && !held_up) {
    if (result.verdict == Verdict::kSkipped) text += "  " + result.reason + "\n";
    return text;
  }
  for (const Failure& failure : result.failures) {
    // An error's reason, told once more as a failure that GoogleTest needs to stop at.
    const bool repeats =
        !result.reason.empty() && failure.message.find(result.reason) != std::string::npos;
    if (repeats && result.verdict == Verdict::kError) continue;
    text += Harmless(failure.ToString());
    if (text.back() != '\n') text += '\n';
  }
  if (!result.reason.empty()) text += Harmless(result.reason) + "\n";
  text += fmt::format("again:    {} {}{}", style.again, Quote(result.scenario.TestName()),
                      result.control ? " --control" : "");
  if (!result.evidence.empty()) text += fmt::format("      evidence: {}/", result.evidence);
  return text + "\n";
}

std::string DescribeRun(const RunReport& report, const ConsoleStyle& style,
                        const std::string& page) {
  const Tally tally = Count(report.results);
  std::string text = DescribeGuests(report);
  if (tally.controls > 0 || tally.vacuous > 0) {
    text +=
        fmt::format("{} controls, {} red, {} vacuous\n", tally.controls, tally.red, tally.vacuous);
  }
  if (const std::optional<MutationScore> score = CountMutants(report.results)) {
    text +=
        fmt::format("{} mutants, {} killed, {} survived; {} packets whose time nothing holds\n",
                    score->mutants, score->killed, score->mutants - score->killed, score->untimed);
  }
  std::set<std::string> reasons;
  for (const ScenarioResult& result : report.results) {
    if (result.verdict == Verdict::kSkipped) reasons.insert(result.reason);
  }
  for (const std::string& reason : reasons) text += fmt::format("skipped because: {}\n", reason);
  if (tally.held_up > 0) {
    text += fmt::format(
        "{} held up by the machine for longer than TCP's shortest timeout, and run "
        "again\n",
        tally.held_up);
  }
  text += DescribeUnexpected(report, style);
  if (!page.empty()) text += fmt::format("report: {}\n", page);
  if (report.interrupted) text += "interrupted\n";
  const std::string failed = fmt::format("{} failed", tally.failed);
  return text + fmt::format("{}, {}, {} skipped\n",
                            Paint(fmt::format("{} passed", tally.passed), kGreen, style),
                            tally.failed > 0 ? Paint(failed, kRed, style) : failed, tally.skipped);
}

std::vector<std::string> DescribeLive(const std::vector<LiveRow>& rows, std::size_t waiting,
                                      int width, int height) {
  // The last line says what did not fit, so it must.
  const std::size_t room = static_cast<std::size_t>(std::max(height - 1, 1));
  const std::size_t shown = rows.size() <= room ? rows.size() : room - 1;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < shown; ++i) lines.push_back(DescribeRow(rows[i], width));
  std::string rest;
  if (shown < rows.size()) rest = fmt::format("{} more running", rows.size() - shown);
  if (waiting > 0) rest += fmt::format("{}{} to start", rest.empty() ? "" : ", ", waiting);
  if (!rest.empty()) lines.push_back(CutEnd("          " + rest, std::max(width, 1)));
  return lines;
}

void Console::Print(std::string_view text) {
  EraseLive();
  Write(text);
}

void Console::ShowLive(const std::vector<LiveRow>& rows, std::size_t waiting) {
  if (!style_.live) return;
  winsize size{};
  const bool known = ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
  // One column less, because a full line makes some terminals wrap.
  const std::vector<std::string> lines =
      DescribeLive(rows, waiting, known ? size.ws_col - 1 : 79, known ? size.ws_row - 1 : 23);
  std::string text;
  if (live_lines_ > 0) text += fmt::format("\x1b[{}A\r", live_lines_);
  for (const std::string& line : lines) text += line + "\x1b[K\n";
  text += "\x1b[J";
  Write(text);
  live_lines_ = lines.size();
}

void Console::EraseLive() {
  if (live_lines_ > 0) Write(fmt::format("\x1b[{}A\r\x1b[J", live_lines_));
  live_lines_ = 0;
}

void Console::Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // Nobody reads any more; the result files tell.
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace halfopen

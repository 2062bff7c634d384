// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_CONSOLE_H_
#define HALFOPEN_HARNESS_REPORT_CONSOLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/report/result.h"

namespace halfopen {

// Where and how a run is told about.
struct ConsoleStyle {
  bool live = false;   // a terminal: rows that are redrawn
  bool color = false;  // NO_COLOR, CLICOLOR_FORCE, isatty
  // The command that runs a scenario again, up to its name: "halfopen run".
  std::string again = "halfopen run";

  // What suits standard output and the environment.
  static ConsoleStyle Detect(int fd);
};

// A scenario that is running now.
struct LiveRow {
  std::string title;
  double seconds = 0;
  std::string waiting_for;  // empty: unknown
};

// What is known about one ended run: a line, and for one that did not go as expected everything.
std::string DescribeResult(const ScenarioResult& result, const ConsoleStyle& style);

// The lines at the end: what is to be said of the guests, what did not go as expected once more
// with the one line that matters, the path of the report's `page` (empty: there is none), and as
// the very last one "N passed, N failed, N skipped".
std::string DescribeRun(const RunReport& report, const ConsoleStyle& style,
                        const std::string& page = {});

// The rows of the live display, at most `height` lines of at most `width` columns.
std::vector<std::string> DescribeLive(const std::vector<LiveRow>& rows, std::size_t waiting,
                                      int width, int height);

// Standard output of a run. Not thread-safe.
class Console {
 public:
  Console(int fd, ConsoleStyle style) : fd_(fd), style_(std::move(style)) {}
  ~Console() { EraseLive(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  const ConsoleStyle& style() const { return style_; }
  // Whether live rows are on the screen now.
  bool shows_live() const { return live_lines_ > 0; }
  // Prints text that stays, above the live rows.
  void Print(std::string_view text);
  // Replaces the live rows; does nothing where nobody would see them.
  void ShowLive(const std::vector<LiveRow>& rows, std::size_t waiting);

 private:
  void EraseLive();
  void Write(std::string_view text);

  int fd_;
  ConsoleStyle style_;
  std::size_t live_lines_ = 0;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_CONSOLE_H_

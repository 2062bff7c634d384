// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/show_text.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "harness/report/headline.h"
#include "harness/report/printable_text.h"

namespace halfopen {
namespace {

class ShowPrinter {
 public:
  ShowPrinter(const Shown& shown, const LadderStyle& style) : shown_(shown), style_(style) {}

  std::string Print() {
    PrintVerdict();
    PrintFields();
    text_ += "\n" + LadderText(shown_.ladder, style_);
    PrintFailure();
    return std::move(text_);
  }

 private:
  static constexpr std::string_view kRed = "31";

  static std::string Bytes(const std::vector<Symbol>& glyphs) {
    std::string bytes;
    for (const Symbol& glyph : glyphs) bytes += glyph.bytes;
    return bytes;
  }

  std::string Painted(std::string_view text, std::string_view color) const {
    if (!style_.color || color.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", color, text);
  }

  void PrintVerdict() {
    const ScenarioResult& result = shown_.result;
    const std::string word = WordsOf(result.verdict);
    const bool undecided =
        result.verdict == Verdict::kSkipped || result.verdict == Verdict::kHeldUp;
    const std::string_view color = !result.AsExpected() ? kRed : undecided ? "33" : "32";
    std::string title = result.scenario.TestName();
    if (result.repeat > 1) title += fmt::format(" (run {})", result.repeat);
    if (result.control) title += fmt::format(" without \"{}\"", *result.control);
    const std::vector<std::vector<Symbol>> lines =
        Wrap(PrintableSymbols(word + "  " + title, style_.utf8), style_.width, 2);
    for (const std::vector<Symbol>& line : lines) text_ += Painted(Bytes(line), color) + "\n";
  }

  void PrintFields() {
    const CatalogueEntry& entry = shown_.result.scenario.catalogue;
    if (!entry.verdict.empty()) Indented("", entry.verdict);
    if (shown_.result.verdict == Verdict::kSkipped) Indented("", shown_.result.reason);
    if (!entry.outdated.empty()) Indented("outdated: ", entry.outdated);
    if (!entry.source.empty()) Indented("source:   ", entry.source);
    Indented("ran:      ", Where());
    // To be copied, so in one line.
    for (const auto& [name, words] :
         {std::pair("again:    ", Again()), std::pair("evidence: ", shown_.evidence)}) {
      text_ += fmt::format("  {}{}\n", name, Printable(words, style_.utf8));
    }
    if (shown_.captures.empty()) return;
    Indented("packets:  ", fmt::format("{}", fmt::join(shown_.captures, " ")));
  }

  std::string Profile() const {
    return shown_.result.profile.empty() ? shown_.report.profile : shown_.result.profile;
  }

  bool IsGuest() const {
    return (shown_.result.venue.empty() ? shown_.report.venue : shown_.result.venue) == "guest";
  }

  std::string Where() const {
    std::string kernel = shown_.result.kernel.empty() ? shown_.report.kernel : shown_.result.kernel;
    for (const GuestReport& guest : shown_.report.guests) {
      if (guest.name == kernel && !guest.release.empty()) kernel += " (" + guest.release + ")";
    }
    return fmt::format("{:.1f} s{} on {}, profile {}", shown_.result.seconds,
                       IsGuest() ? " of virtual time" : "", kernel, Profile());
  }

  std::string Again() const {
    std::string command = shown_.program + " run";
    if (IsGuest()) command += " --kernel " + shown_.result.kernel;
    if (Profile() == "default") command += " --profile default";
    if (shown_.result.control) command += " --control";
    return command + " '" + shown_.result.scenario.TestName() + "'";
  }

  // Of a run that failed where, what matters, and how much more there is in result.json.
  void PrintFailure() {
    const ScenarioResult& result = shown_.result;
    std::string words = Headline(result);
    if (words.empty() || result.verdict == Verdict::kSkipped) return;
    if (!result.failures.empty() && !result.failures.front().file.empty()) {
      const Failure& first = result.failures.front();
      words = fmt::format("{}:{}: {}", first.file, first.line, words);
    }
    if (const std::size_t more = result.failures.size(); more > 1) {
      words += fmt::format(" (and {} more)", more - 1);
    }
    Indented("", words, kRed);
  }

  void Indented(std::string_view name, std::string_view words, std::string_view color = "") {
    constexpr int kIndent = 2;
    const int hanging = static_cast<int>(name.size());
    std::string indent(kIndent, ' ');
    if (!color.empty()) indent.clear();
    const std::vector<std::vector<Symbol>> lines =
        Wrap(PrintableSymbols(fmt::format("{}{}", name, words), style_.utf8),
             style_.width - static_cast<int>(indent.size()), hanging);
    for (const std::vector<Symbol>& line : lines) {
      text_ += indent + Painted(Bytes(line), color) + "\n";
    }
  }

  const Shown& shown_;
  const LadderStyle& style_;
  std::string text_;
};

}  // namespace

std::string ShowText(const Shown& shown, const LadderStyle& style) {
  return ShowPrinter(shown, style).Print();
}

}  // namespace halfopen

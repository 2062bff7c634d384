// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/junit.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace halfopen {
namespace {

// The length of the well-formed UTF-8 character that XML 1.0 allows at the start of `text`; 0 if
// there is none.
std::size_t CharacterLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) {
    return byte(0) >= 0x20 || text[0] == '\t' || text[0] == '\n' || text[0] == '\r' ? 1 : 0;
  }
  const std::size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : byte(0) >= 0xc2 ? 2 : 0;
  if (length == 0 || byte(0) > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const bool shortest = code >= (length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U);
  const bool allowed =
      code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) && code != 0xfffe && code != 0xffff;
  return shortest && allowed ? length : 0;
}

// The suite of what is to be told of a guest as a whole.
constexpr char kGuests[] = "guests";

enum class Outcome { kPassed, kFailure, kError, kSkipped };

Outcome OutcomeOf(const ScenarioResult& result) {
  if (result.verdict == Verdict::kHeldUp) return Outcome::kSkipped;
  if (result.AsExpected()) {
    return result.verdict == Verdict::kSkipped ? Outcome::kSkipped : Outcome::kPassed;
  }
  return result.verdict == Verdict::kFailed || result.vacuous ? Outcome::kFailure : Outcome::kError;
}

std::string Details(const ScenarioResult& result) {
  std::string text;
  for (const Failure& failure : result.failures) text += failure.ToString() + "\n";
  if (!result.reason.empty()) text += result.reason + "\n";
  if (!result.evidence.empty()) text += "evidence: " + result.evidence + "/\n";
  return text;
}

std::string_view FirstLine(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string_view FirstLine(const ScenarioResult& result) {
  return FirstLine(result.reason.empty() && !result.failures.empty()
                       ? result.failures.front().message
                       : result.reason);
}

// Seconds as every schema takes them: evidence of another's making may say anything.
double Plausible(double seconds) { return std::isfinite(seconds) && seconds > 0 ? seconds : 0; }

std::string Opening(std::string_view name, std::string_view suite, double seconds) {
  return fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{:.3f}\"", EscapeXml(name),
                     EscapeXml(suite), Plausible(seconds));
}

// The rest of a case that has a <failure> or an <error>. `message` is escaped.
std::string Flaw(const char* element, const std::string& message, std::string_view type,
                 std::string_view details) {
  return fmt::format(">\n      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n    </testcase>\n",
                     element, message, type, EscapeXml(details));
}

std::string TestCase(const ScenarioResult& result) {
  const std::string title = result.Title().substr(result.scenario.suite.size() + 1);
  const std::string xml = Opening(title, result.scenario.suite, result.seconds);
  const std::string message = EscapeXml(FirstLine(result));
  switch (OutcomeOf(result)) {
    case Outcome::kPassed:
      return xml + "/>\n";
    case Outcome::kSkipped:
      return xml + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n", message);
    case Outcome::kFailure:
    case Outcome::kError:
      break;
  }
  const char* element = OutcomeOf(result) == Outcome::kFailure ? "failure" : "error";
  const std::string_view type = result.vacuous ? "vacuous" : ToString(result.verdict);
  return xml + Flaw(element, message, type, Details(result));
}

// Of a guest that came to no good end, whatever its scenarios had come to by then.
std::string TestCase(const GuestReport& guest) {
  return Opening(guest.name, kGuests, guest.wall_seconds) +
         Flaw("error", EscapeXml(FirstLine(guest.error)), "error", guest.error);
}

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  double seconds = 0;

  void Add(const ScenarioResult& result) {
    const Outcome outcome = OutcomeOf(result);
    ++tests;
    failures += outcome == Outcome::kFailure;
    errors += outcome == Outcome::kError;
    skipped += outcome == Outcome::kSkipped;
    seconds += Plausible(result.seconds);
  }
  void Add(const GuestReport& guest) {
    ++tests;
    ++errors;
    seconds += Plausible(guest.wall_seconds);
  }
};

}  // namespace

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    if (length == 0) {
      escaped += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
    } else if (text[0] == '<') {
      escaped += "&lt;";
    } else if (text[0] == '>') {
      escaped += "&gt;";
    } else if (text[0] == '&') {
      escaped += "&amp;";
    } else if (text[0] == '"') {
      escaped += "&quot;";
    } else {
      escaped += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return escaped;
}

std::string JUnitXml(const RunReport& report, std::time_t now) {
  std::vector<std::string> suites;  // in the order in which they were first seen
  std::map<std::string, std::pair<Counts, std::string>> by_suite;
  Counts total;
  const auto add = [&](const std::string& suite, const auto& result) {
    const auto [it, inserted] = by_suite.try_emplace(suite);
    if (inserted) suites.push_back(suite);
    it->second.first.Add(result);
    it->second.second += TestCase(result);
    total.Add(result);
  };
  for (const ScenarioResult& result : report.results) add(result.scenario.suite, result);
  for (const GuestReport& guest : report.guests) {
    if (!guest.error.empty()) add(kGuests, guest);
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format(
      "<testsuites name=\"halfopen\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n",
      total.tests, total.failures, total.errors, Plausible(report.wall_seconds));
  for (const std::string& suite : suites) {
    const auto& [counts, cases] = by_suite[suite];
    xml += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
        "time=\"{:.3f}\" timestamp=\"{:%Y-%m-%dT%H:%M:%S}\">\n{}  </testsuite>\n",
        EscapeXml(suite), counts.tests, counts.failures, counts.errors, counts.skipped,
        counts.seconds, fmt::gmtime(now), cases);
  }
  return xml + "</testsuites>\n";
}

}  // namespace halfopen

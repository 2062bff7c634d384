// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "harness/report/results_json.h"
#include "harness/runner/body.h"
#include "harness/runner/run_context.h"
#include "netns/error.h"

namespace halfopen {

// One scenario that is running.
struct Supervisor::Child {
  PlannedRun run;
  std::filesystem::path folder;
  int slot;
  TimePoint begin;
  IsolatedChild process;
  bool ready = false;      // its set-up is over
  bool silent = false;     // its reports have come to their end
  bool timed_out = false;  // and was killed for it
  std::string partial{};   // a line of its reports that has not ended yet
  std::optional<Verdict> verdict{};
  std::string end{};  // how its body ended, in words
  ScenarioResult result{};
};

namespace {

// Often enough to look alive, and nothing that a terminal or a core would notice.
constexpr std::chrono::milliseconds kRedraw{125};

Fd TakeSignals() {
  // Nobody reading our output is no reason to leave the results unwritten; and a file size limit
  // shall be an error like a full disk.
  for (const int ignored : {SIGPIPE, SIGXFSZ}) signal(ignored, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);  // nohup(1) stays what it is.
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return Fd(Check(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd", "SIGINT, SIGTERM"));
}

std::string SignalWords(int signal) {
  const char* name = sigabbrev_np(signal);
  const char* words = sigdescr_np(signal);
  return name == nullptr ? fmt::format("killed by signal {}", signal)
                         : fmt::format("killed by SIG{} ({})", name, words);
}

std::optional<Verdict> VerdictOf(const std::string& word) {
  for (const Verdict verdict :
       {Verdict::kPassed, Verdict::kFailed, Verdict::kSkipped, Verdict::kError}) {
    if (word == ToString(verdict)) return verdict;
  }
  return std::nullopt;
}

// Everything that the scenario and its libraries print is evidence.
void RedirectOutput(const std::filesystem::path& folder) {
  const std::string path = (folder / "output.txt").string();
  const Fd fd(Check(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644),
                    "open", path));
  Check(dup2(fd.get(), STDOUT_FILENO), "dup2", "standard output");
  Check(dup2(fd.get(), STDERR_FILENO), "dup2", "standard error");
  setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // So that a crash loses no line.
}

}  // namespace

Supervisor::Supervisor(const RunOptions& options, const OutFolder& out, Console& console,
                       RunReport& report)
    : options_(options),
      out_(out),
      console_(console),
      report_(report),
      signals_(TakeSignals()),
      lifeline_(Lifeline::Create()),
      board_(options.jobs) {
  for (int slot = options.jobs - 1; slot >= 0; --slot) free_slots_.push_back(slot);
}

Supervisor::~Supervisor() = default;

void Supervisor::Run(std::vector<PlannedRun> plan) {
  queue_.assign(std::make_move_iterator(plan.begin()), std::make_move_iterator(plan.end()));
  while (!report_.interrupted && (!queue_.empty() || !children_.empty())) {
    while (MayStart()) StartNext();
    if (children_.empty()) continue;
    ShowLive();
    Wait();
    KillLate();
  }
}

bool Supervisor::MayStart() const {
  if (queue_.empty() || free_slots_.empty()) return false;
  const auto setting_up = std::count_if(children_.begin(), children_.end(),
                                        [](const Child& child) { return !child.ready; });
  return setting_up < options_.set_ups;
}

void Supervisor::StartNext() {
  const PlannedRun run = std::move(queue_.front());
  queue_.pop_front();
  try {
    StartChild(run);
  } catch (const EnvironmentError& error) {
    ScenarioResult result;
    result.reason = error.what();
    Deliver(run, std::move(result), true);
  }
}

void Supervisor::StartChild(const PlannedRun& run) {
  const std::filesystem::path folder = out_.MakeRunFolder(run.FolderName());
  const int slot = free_slots_.back();
  board_.Write(slot, "");
  const TimePoint begin = Clock::now();
  IsolatedChild process = IsolatedChild::Start(lifeline_, [&](int reports) {
    RunContext& context = CurrentRun();
    context.profile = options_.profile;
    context.evidence = folder;
    context.withheld_cause = run.withheld_cause;
    context.require_capabilities = options_.require_capabilities;
    context.waiting_for = [this, slot](const std::string& what) { board_.Write(slot, what); };
    context.set_up_done = [reports] { Report(reports, {{"ready", true}}); };
    try {
      RedirectOutput(folder);
    } catch (const EnvironmentError& error) {
      Report(reports, {{"verdict", "error"}, {"reason", error.what()}});
      return;
    }
    RunOneTest(run.scenario.TestName(), reports);
  });
  free_slots_.pop_back();
  children_.push_back({run, folder, slot, begin, std::move(process)});
}

void Supervisor::Wait() {
  std::vector<pollfd> watched{{signals_.get(), POLLIN, 0}};
  std::vector<Child*> owners;
  std::optional<TimePoint> wake;
  for (Child& child : children_) {
    watched.push_back({child.process.pidfd(), POLLIN, 0});
    // An ended pipe stays readable, and the processes behind it may take a while to go.
    watched.push_back({child.silent ? -1 : child.process.reports(), POLLIN, 0});
    owners.push_back(&child);
    if (child.run.timeout == Duration::zero() || child.timed_out) continue;
    const TimePoint deadline = child.begin + child.run.timeout;
    wake = wake ? std::min(*wake, deadline) : deadline;
  }
  if (console_.style().live) wake = std::min(wake.value_or(TimePoint::max()), drawn_ + kRedraw);
  timespec timeout{};
  if (wake) {
    const Duration left = std::max<Duration>(*wake - Clock::now(), Duration::zero());
    timeout.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count();
    timeout.tv_nsec = (left % std::chrono::seconds(1)).count();
  }
  if (ppoll(watched.data(), watched.size(), wake ? &timeout : nullptr, nullptr) <= 0) return;
  if (watched[0].revents != 0) return Interrupt();
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const bool ended = watched[2 * i + 1].revents != 0;
    if (ended || watched[2 * i + 2].revents != 0) ReadReports(*owners[i]);
    if (ended) Finish(*owners[i]);
  }
}

void Supervisor::ReadReports(Child& child) {
  std::array<char, 16384> buffer;
  ssize_t length = 0;
  while ((length = read(child.process.reports(), buffer.data(), buffer.size())) > 0) {
    child.partial.append(buffer.data(), static_cast<std::size_t>(length));
  }
  if (length == 0) child.silent = true;
  for (std::size_t end; (end = child.partial.find('\n')) != std::string::npos;) {
    TakeReport(child, child.partial.substr(0, end));
    child.partial.erase(0, end + 1);
  }
}

void Supervisor::TakeReport(Child& child, const std::string& line) {
  const nlohmann::json report = nlohmann::json::parse(line, nullptr, false);
  if (!report.is_object()) return;  // A line that a crash cut short.
  ScenarioResult& result = child.result;
  if (report.contains("ready")) child.ready = true;
  if (report.contains("failure")) {
    const nlohmann::json& failure = report["failure"];
    result.failures.push_back(
        {failure.value("file", ""), failure.value("line", 0), failure.value("message", "")});
  }
  if (report.contains("verdict")) {
    child.ready = true;
    child.verdict = VerdictOf(report.value("verdict", ""));
    result.reason = report.value("reason", "");
    result.causes = report.value("causes", std::vector<std::string>{});
    result.seconds = report.value("seconds", 0.0);
  }
  if (report.contains("exited")) {
    child.end =
        fmt::format("the scenario called exit({}) before its end", report.value("exited", 0));
  }
  if (report.contains("signaled")) child.end = SignalWords(report.value("signaled", 0));
}

void Supervisor::KillLate() {
  const TimePoint now = Clock::now();
  for (Child& child : children_) {
    if (child.run.timeout == Duration::zero() || child.timed_out) continue;
    if (now < child.begin + child.run.timeout) continue;
    child.timed_out = true;
    child.process.Kill();
  }
}

void Supervisor::Finish(Child& child) {
  const int signal = child.process.Reap();
  ScenarioResult& result = child.result;
  const bool finished = child.verdict.has_value();
  if (finished) {
    result.verdict = *child.verdict;
  } else {
    result.seconds = std::chrono::duration<double>(Clock::now() - child.begin).count();
    if (child.timed_out) {
      result.verdict = Verdict::kTimedOut;
      const std::string waiting_for = board_.Read(child.slot);
      result.reason = fmt::format("timed out after {}{}{}", FormatDuration(child.run.timeout),
                                  waiting_for.empty() ? "" : " while waiting for: ", waiting_for);
    } else {
      result.verdict = Verdict::kCrashed;
      result.reason = !child.end.empty() ? child.end
                      : signal != 0      ? "PID 1 of the scenario was " + SignalWords(signal)
                                         : "PID 1 of the scenario could not start it";
    }
  }
  const PlannedRun run = std::move(child.run);
  ScenarioResult ended = std::move(result);
  free_slots_.push_back(child.slot);
  children_.remove_if([&child](const Child& other) { return &other == &child; });
  Deliver(run, std::move(ended), finished);
}

void Supervisor::JudgeControl(const PlannedRun& run, ScenarioResult& result) {
  result.control = run.withheld_name;
  if (result.verdict == Verdict::kPassed) {
    result.vacuous = true;
    result.reason = fmt::format("vacuous: {} stays green although \"{}\" was withheld",
                                run.scenario.TestName(), run.withheld_name);
  } else if (result.verdict == Verdict::kSkipped) {
    result.verdict = Verdict::kError;
    result.reason = "the control run was skipped: " + result.reason;
  }
}

void Supervisor::Deliver(const PlannedRun& run, ScenarioResult result, bool finished_evidence) {
  const std::string name = run.FolderName();
  result.scenario = run.scenario;
  result.repeat = run.repeat;
  if (run.withheld_cause >= 0) JudgeControl(run, result);
  result.evidence = out_.Spell(name);
  try {
    if (!finished_evidence) SalvageHook()(std::filesystem::absolute(result.evidence));
    out_.Write(std::filesystem::path(name) / "result.json", ResultJson(report_, result));
  } catch (const std::exception& error) {
    result.verdict = Verdict::kError;
    result.vacuous = false;
    result.reason = result.reason.empty() ? error.what() : result.reason + "; " + error.what();
  }
  out_.HandOver(name);
  console_.Print(DescribeResult(result, console_.style()));
  const bool wants_controls =
      options_.control && !result.control && result.verdict == Verdict::kPassed;
  report_.results.push_back(std::move(result));
  if (!wants_controls) return;

  const ScenarioResult& normal = report_.results.back();
  std::vector<PlannedRun> controls = PlanControls(run, normal.causes, normal.seconds);
  queue_.insert(queue_.end(), controls.begin(), controls.end());
  if (!controls.empty()) return;
  ScenarioResult vacuous = normal;
  vacuous.control = "";
  vacuous.vacuous = true;
  vacuous.seconds = 0;
  vacuous.reason = fmt::format("vacuous: {} names no cause, so nothing shows that it can fail",
                               run.scenario.TestName());
  console_.Print(DescribeResult(vacuous, console_.style()));
  report_.results.push_back(std::move(vacuous));
}

void Supervisor::Interrupt() {
  report_.interrupted = true;
  for (Child& child : children_) child.process.Kill();
  while (!children_.empty()) {
    Child& child = children_.front();
    child.process.Reap();
    ReadReports(child);
    ScenarioResult result = std::move(child.result);
    const bool finished = child.verdict.has_value();
    result.verdict = child.verdict.value_or(Verdict::kError);
    if (!finished) {
      result.reason = "interrupted";
      result.seconds = std::chrono::duration<double>(Clock::now() - child.begin).count();
    }
    const PlannedRun run = std::move(child.run);
    children_.pop_front();
    Deliver(run, std::move(result), finished);
  }
  for (const PlannedRun& run : std::exchange(queue_, {})) {
    ScenarioResult result;
    result.scenario = run.scenario;
    result.repeat = run.repeat;
    if (run.withheld_cause >= 0) result.control = run.withheld_name;
    result.reason = "interrupted";
    report_.results.push_back(std::move(result));
  }
}

void Supervisor::ShowLive() {
  const TimePoint now = Clock::now();
  if (!console_.style().live || (console_.shows_live() && now < drawn_ + kRedraw)) return;
  drawn_ = now;
  std::vector<LiveRow> rows;
  for (const Child& child : children_) {
    std::string title = child.run.scenario.TestName();
    if (child.run.withheld_cause >= 0) {
      title += fmt::format(" without \"{}\"", child.run.withheld_name);
    }
    rows.push_back(
        {title, std::chrono::duration<double>(now - child.begin).count(), board_.Read(child.slot)});
  }
  console_.ShowLive(rows, queue_.size());
}

}  // namespace halfopen

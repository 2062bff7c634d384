// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "fixtures/abandoned_sockets.h"
#include "fixtures/find_program.h"
#include "fixtures/hold_up.h"
#include "fixtures/run_delay.h"
#include "harness/evidence/evidence.h"
#include "harness/expect/notation.h"
#include "harness/expect/timing.h"
#include "harness/record/real_time.h"
#include "harness/runner/failure_words.h"
#include "harness/runner/luggage.h"
#include "harness/runner/run_context.h"
#include "harness/timeline/event_json.h"
#include "netns/error.h"
#include "netns/one_cpu.h"

namespace halfopen {
namespace {

// The folder below scenarios/ that a file lies in; its name's stem if it lies elsewhere.
std::string FamilyOf(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  return folder.parent_path().filename() == "scenarios" ? folder.filename().string()
                                                        : file.stem().string();
}

// The story is about other kernels than this one.
class OtherKernel : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::unique_ptr<Testbed> MakeTestbed(Topology topology, Stage& stage, const Sysctls& sysctls) {
  switch (topology) {
    case Topology::kTwoHosts:
      return std::make_unique<TwoHosts>(stage, sysctls);
    case Topology::kLoopback:
      return std::make_unique<Loopback>(stage, sysctls);
    case Topology::kRouter:
      return std::make_unique<WithRouter>(stage, sysctls);
  }
  throw std::invalid_argument("no such topology");
}

// Whether a program travels into guests with the scenario that runs.
bool Travels(const std::string& program) {
  PlannedRun run;
  run.scenario.file = testing::UnitTest::GetInstance()->current_test_info()->file();
  return LuggageFor({run}).programs.contains(program);
}

// What is still unsent would keep the namespaces for minutes.
void EndAbandonedSockets(Testbed& testbed) {
  for (Host* host : testbed.hosts()) {
    const NamespaceScope inside(host->network());
    DestroyTcpSockets();
  }
}

bool TakesEffect(const std::string& cause) {
  RunContext& run = CurrentRun();
  run.causes.push_back(cause);
  return run.withheld_cause != static_cast<int>(run.causes.size()) - 1;
}

}  // namespace

void Scenario::Guarded(const std::function<void()>& phase) {
  RunContext& run = CurrentRun();
  try {
    phase();
  } catch (const MissingCapability& missing) {
    const auto* const program = dynamic_cast<const MissingProgram*>(&missing);
    if (program == nullptr || !run.virtual_time || Travels(program->program())) {
      run.skip = missing.what();
      GTEST_SKIP() << missing.what();
    }
    run.error = fmt::format(
        "the program '{0}' has not travelled into the guest: say UsesProgram(\"{0}\") beside the "
        "story",
        program->program());
  } catch (const OtherKernel& other) {
    run.skip = other.what();
    run.other_kernel = true;
    GTEST_SKIP() << other.what();
  } catch (const NotationError& malformed) {
    run.error = std::string("the story's script: ") + malformed.what();
  } catch (const std::exception& failure) {
    run.error = FailureWords(failure);
  }
  if (!run.error.empty()) FAIL() << "error, not a finding about TCP: " << run.error;
}

void Scenario::SetUp() {
  const RunContext& run = CurrentRun();
  profile_ = run.profile;
  Guarded([&] {
    recorder_ = std::make_unique<Recorder>(EvidencePlace{run.evidence, run.live}, activity_,
                                           TakesEffect, run.waiting_for, run.give_up);
    if (!run.virtual_time) WatchRunDelays();
    stage_ = std::make_unique<Stage>(Stage{*recorder_, activity_, family_, run.evidence, run.cpu});
    Sysctls pinned = PinnedSysctls(profile_);
    for (const auto& [name, value] : run.sysctls) {
      pinned.erase("-" + name);
      pinned[name] = value;
    }
    testbed_ = MakeTestbed(topology_, *stage_, pinned);
    recorder_->Start(*testbed_);
    KeepTimings([this](const Timing& timing) { recorder_->Add(timing.seen, TimingJson(timing)); });
    KeepCounterGrowth(
        [this](const CounterGrowth& growth) { recorder_->Add(growth.time, CountersJson(growth)); });
    differences_ = std::make_unique<FailedDifferences>([this](const WireDifference& difference) {
      recorder_->Add(difference.judged, WireDiffJson(difference, recorder_->start()));
    });
    if (run.mutate || !run.mutant.empty()) mutation_ = std::make_unique<Mutation>(run.mutant);
    run.set_up_done();
  });
}

void Scenario::TestBody() {
  Guarded([this] {
    // From here on it is TCP that takes its time, and not the set-up of other scenarios.
    std::optional<RealTime> real_time;
    if (CurrentRun().virtual_time) {
      real_time.emplace();
      recorder_->ReadInRealTime();
    }
    // What one call brings about, through both hosts, is then done when it returns.
    if (CurrentRun().cpu) StayOn(*CurrentRun().cpu);
    if (CurrentRun().held_up != nullptr) WatchHoldUps(*CurrentRun().held_up);
    Story();
  });
  EndHoldUps();
}

void Scenario::TearDown() {
  KeepTimings(nullptr);
  differences_.reset();
  const std::filesystem::path& evidence = CurrentRun().evidence;
  if (!recorder_ || !testbed_) return;
  Guarded([&] {
    if (mutation_) mutation_->JudgeTheRest();
    recorder_->Stop();
    if (!HasFailure() && !IsSkipped()) FailOnFaultsNeverHit();
    if (HasFailure() && CurrentRun().withheld_cause < 0) {
      TellDeviations();
      TellCounters();
    }
  });
  KeepCounterGrowth(nullptr);
  // A guest goes as a whole.
  if (!CurrentRun().virtual_time) Guarded([this] { EndAbandonedSockets(*testbed_); });
  if (mutation_) Guarded([this] { TellMutants(); });
  if (evidence.empty()) return;
  Guarded([&] {
    // But the journal, in whose place the timeline comes.
    if (const LiveEvidence* live = CurrentRun().live) live->Unpack(evidence, Journal::kFileName);
    const RawRecord record = recorder_->Copy();
    WriteSysctls(*testbed_, evidence);
    WriteRulesets(record, evidence);
    const TracedWire wire = TraceWire(record);
    WriteTimeline(record, wire.packets, evidence);
    WriteCapture(record, wire, evidence);
  });
}

void Scenario::FailOnFaultsNeverHit() {
  for (const RecordedEvent& event : recorder_->Copy().events) {
    if (event.body->at("kind") != "fault" || event.body->at("armed") == true) continue;
    if (event.body->at("hits") != 0) continue;
    ADD_FAILURE() << "a fault was armed and never hit, so it cannot have caused anything\nfault on "
                  << event.body->at("host").get<std::string>() << ": "
                  << event.body->at("rule").get<std::string>();
  }
}

bool Scenario::Differs(const Deviation& deviation) {
  const bool applies = deviation.AppliesTo(RunningKernel());
  if (std::ranges::find(deviations_, deviation) == deviations_.end()) {
    recorder_->Add(Clock::now(), DeviationJson(deviation, RunningKernel()));
    deviations_.push_back(deviation);
  }
  return applies;
}

void Scenario::OnlyWhere(const Deviation& deviation) {
  if (Differs(deviation)) return;
  throw OtherKernel(fmt::format("this is Linux {}, and the story is about others: {}",
                                RunningKernel().ToString(), deviation.ToString()));
}

std::vector<Duration> Scenario::SynSchedule(int retries, Duration user_timeout) {
  if (profile_ == Profile::kDefault) Differs(kLinearSyns);
  return Timers::SynBackoff(retries, Times().syn_linear_timeouts, user_timeout);
}

void Scenario::TellDeviations() {
  for (const Deviation& deviation : deviations_) {
    ADD_FAILURE() << (deviation.AppliesTo(RunningKernel()) ? "expected deviation did not happen: "
                                                           : "unexpected deviation happened: ")
                  << deviation.ToString() << "\nthis is Linux " << RunningKernel().ToString()
                  << "; or what failed above has another cause";
  }
}

// Reading costs a million instructions, so only a scenario that failed is worth it.
void Scenario::TellCounters() {
  for (Host* host : testbed_->hosts()) {
    // Of a namespace that is as old as the scenario, what has grown is what there is.
    CountersOf(*host).Since(Counters());
  }
}

void Scenario::TellMutants() {
  RunContext& run = CurrentRun();
  if (HasFailure() || IsSkipped()) return;
  if (!mutation_->judges()) {
    throw std::runtime_error(
        fmt::format("no expectation that was held has the mutant '{}'", run.mutant));
  }
  MutationScore& score = run.mutation.emplace();
  score.untimed = mutation_->untimed();
  for (const Mutant& mutant : mutation_->mutants()) {
    ++score.mutants;
    score.killed += !mutant.survived;
    if (mutant.survived) {
      ADD_FAILURE_AT(mutant.file.c_str(), mutant.line)
          << "a mutant survived: " << mutant.expectation
          << "\nholds as well if changed to: " << mutant.change << "\nwith it: --mutant '"
          << mutant.Name() << "'";
    }
  }
  if (!run.evidence.empty()) WriteMutants(mutation_->mutants(), run.evidence);
}

void Scenario::PowerOffServer() {
  recorder_->Drain();  // what the server has sent is not lost with its link
  dynamic_cast<WithRouter&>(*testbed_).PowerOffServer();
}

void Scenario::PowerOnServer() { dynamic_cast<WithRouter&>(*testbed_).PowerOnServer(); }

void Scenario::RequireSuccess(const Call& set) {
  if (set.error != 0) throw EnvironmentError(set.name, set.arguments, set.error);
}

Connection Scenario::ConnectPrepared(const std::function<void(Socket& client)>& prepare) {
  Socket listener = ServerHost().Listen();
  Socket client = ClientHost().NewSocket("client");
  prepare(client);
  if (const Call call = client.Connect(ServerHost()); call.error != 0) {
    throw EnvironmentError("connect", "the story's connection", call.error);
  }
  Socket server = listener.Accept("server");
  if (server.origin().error != 0) {
    throw EnvironmentError("accept", "the story's connection", server.origin().error);
  }
  listener.Close();
  return {client, server};
}

void Scenario::AwaitPackets(const std::function<bool(const WirePacket&)>& matches,
                            std::size_t count, const std::string& what) {
  recorder_->OnWaiting(fmt::format("{} {}", count, what));
  while (true) {
    const std::uint64_t seen = activity_.count();
    const std::vector<WirePacket> packets = Wire().PacketsOf(recorder_->Copy());
    if (static_cast<std::size_t>(std::ranges::count_if(packets, matches)) >= count) break;
    activity_.WaitBeyond(seen);
  }
  // A tap sees a packet before the receiver and its fault rules do.
  recorder_->Drain();
  recorder_->OnWaiting("");
}

bool RegisterScenarioClass(const char* suite, const char* name, const char* file, int line,
                           Topology topology, bool default_profile_only,
                           const CatalogueEntry& entry, std::unique_ptr<Scenario> (*make)()) {
  for (const IpFamily family : {IpFamily::kIpv4, IpFamily::kIpv6}) {
    if (entry.only && family != *entry.only) continue;
    ScenarioInfo info{suite, name,   FamilyOf(file),       RepositoryName(file),
                      line,  family, default_profile_only, entry};
    RegisterScenario(std::move(info), [=] {
      const std::string test = std::string(name) + "/" + std::string(ToString(family));
      testing::RegisterTest(suite, test.c_str(), nullptr, nullptr, file, line, [=]() -> Scenario* {
        std::unique_ptr<Scenario> scenario = make();
        scenario->Configure(family, topology);
        return scenario.release();
      });
    });
  }
  return true;
}

}  // namespace halfopen

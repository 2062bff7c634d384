// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_SCENARIO_H_
#define HALFOPEN_HARNESS_SCENARIO_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fixtures/host.h"
#include "fixtures/icmp_error.h"
#include "fixtures/program.h"
#include "fixtures/socket.h"
#include "fixtures/testbed.h"
#include "fixtures/with_router.h"
#include "harness/expect/calls.h"
#include "harness/expect/deviation.h"
#include "harness/expect/expectation.h"
#include "harness/expect/failed_differences.h"
#include "harness/expect/in_time.h"
#include "harness/expect/shows.h"
#include "harness/profile.h"
#include "harness/record/counters.h"
#include "harness/record/recorder.h"
#include "harness/runner/registry.h"

// What a scenario file includes, and all that it needs.
namespace halfopen {

// Two connected sockets, and the listener that brought them together.
struct Connection {
  Socket client;
  Socket server;
};

enum class Topology { kTwoHosts, kLoopback, kRouter };

// The world and the words of a story. SCENARIO derives from it; the members below are what stories
// are told with. Used by the story's thread only.
class Scenario : public testing::Test {
 public:
  void Configure(IpFamily family, Topology topology) {
    family_ = family;
    topology_ = topology;
  }

 protected:
  virtual void Story() = 0;

  // Names what brings the failure about; false in the control run that withholds it, and then the
  // story must go red. A fault is a cause by itself.
  bool Cause(const std::string& cause) { return recorder_->OnCause(cause); }

  Host& ClientHost() { return testbed_->client(); }
  Host& ServerHost() { return testbed_->server(); }
  // Of a ROUTER_SCENARIO (fixtures/with_router.h names its links): the router, and a server that is
  // gone from one moment to the next, and that comes up again without a memory.
  Host& RouterHost() { return *testbed_->router(); }
  void PowerOffServer();
  void PowerOnServer();
  // A connection between the hosts, accepted; the listener is closed again, so that only these two
  // sockets are left. `options` are set on the client before it connects: what arms a timer then
  // does so with the handshake, and not when the story comes to it.
  template <typename... Options>
  Connection Connect(const Options&... options) {
    return ConnectPrepared(
        [&]([[maybe_unused]] Socket& client) { (RequireSuccess(client.Set(options)), ...); });
  }

  // The packets of all connections, or of this socket's alone.
  WireView Wire() { return WireView(*recorder_); }
  WireView Wire(const Socket& socket) { return {*recorder_, socket.local(), socket.remote()}; }
  // Blocks until a packet that `matches` has crossed `count` times, the receiver's fault rules and
  // stack included, and says so as `what`.
  void AwaitPackets(const std::function<bool(const WirePacket&)>& matches, std::size_t count,
                    const std::string& what);

  // Whether the running kernel deviates as told. The story expects accordingly; that it asked is in
  // the timeline, and where it fails, in its failures.
  bool Differs(const Deviation& deviation);
  // For a story of what only some kernels do: skips it on the others, which no capability mends.
  void OnlyWhere(const Deviation& deviation);

  // The times of this run's profile.
  Timers Times() const { return TimersOf(profile_); }
  // Timers::SynBackoff of this run's profile and kernel: the intervals of a connect() to a dead
  // end.
  std::vector<Duration> SynSchedule() { return SynSchedule(Times().syn_retries); }
  std::vector<Duration> SynSchedule(int retries, Duration user_timeout = Duration(0));
  Profile profile() const { return profile_; }
  IpFamily family() const { return family_; }

  // TcpExt and SNMP counters of a host, now. What has grown between two of them is in the timeline.
  static Counters CountersOf(Host& host) { return Counters::Read(host.network(), host.name()); }

 private:
  Connection ConnectPrepared(const std::function<void(Socket& client)>& prepare);
  static void RequireSuccess(const Call& set);

  void SetUp() override;
  void TestBody() final;
  void TearDown() override;
  // Runs one phase; an exception in it is an error or a skip of the environment, not a finding.
  void Guarded(const std::function<void()>& phase);
  void FailOnFaultsNeverHit();
  void TellDeviations();
  void TellCounters();
  void TellMutants();

  IpFamily family_ = IpFamily::kIpv4;
  Topology topology_ = Topology::kTwoHosts;
  Profile profile_ = Profile::kFast;
  Activity activity_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<FailedDifferences> differences_;
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Testbed> testbed_;
  std::unique_ptr<Mutation> mutation_;
  std::vector<Deviation> deviations_;  // that the story asked for
};

// Registers a scenario over IPv4 and IPv6, or the one family that the entry names. Called by
// SCENARIO before main.
bool RegisterScenarioClass(const char* suite, const char* name, const char* file, int line,
                           Topology topology, bool default_profile_only,
                           const CatalogueEntry& entry, std::unique_ptr<Scenario> (*make)());

}  // namespace halfopen

// SCENARIO(Suite, Name, .verdict = "…", .source = "…") { story }: two hosts joined by a link. What
// stands behind the name is its CatalogueEntry.
#define SCENARIO(suite, name, ...) \
  HALFOPEN_SCENARIO_(suite, name, ::halfopen::Topology::kTwoHosts, false, __VA_ARGS__)
// The same on one host, over loopback.
#define LOOPBACK_SCENARIO(suite, name, ...) \
  HALFOPEN_SCENARIO_(suite, name, ::halfopen::Topology::kLoopback, false, __VA_ARGS__)
// Two hosts with a router between them.
#define ROUTER_SCENARIO(suite, name, ...) \
  HALFOPEN_SCENARIO_(suite, name, ::halfopen::Topology::kRouter, false, __VA_ARGS__)
// The same for stories that share steps: `base`, which has them, derives from Scenario (TEST_F's
// way).
#define ROUTER_SCENARIO_OF(base, suite, name, ...) \
  HALFOPEN_SCENARIO_OF_(base, suite, name, ::halfopen::Topology::kRouter, false, __VA_ARGS__)
// Two hosts, and a timer that nothing can shorten: a run of profile fast leaves it out and says so.
#define DEFAULT_PROFILE_SCENARIO(suite, name, ...) \
  HALFOPEN_SCENARIO_(suite, name, ::halfopen::Topology::kTwoHosts, true, __VA_ARGS__)

#define HALFOPEN_SCENARIO_(suite, name, topology, default_profile_only, ...)               \
  HALFOPEN_SCENARIO_OF_(::halfopen::Scenario, suite, name, topology, default_profile_only, \
                        __VA_ARGS__)
#define HALFOPEN_SCENARIO_OF_(base, suite, name, topology, default_profile_only, ...)          \
  class suite##_##name : public base {                                                         \
    void Story() override;                                                                     \
    static const bool registered_;                                                             \
  };                                                                                           \
  const bool suite##_##name::registered_ = ::halfopen::RegisterScenarioClass(                  \
      #suite, #name, __FILE__, __LINE__, topology, default_profile_only,                       \
      ::halfopen::CatalogueEntry{__VA_ARGS__}, []() -> std::unique_ptr<::halfopen::Scenario> { \
        return std::make_unique<suite##_##name>();                                             \
      });                                                                                      \
  void suite##_##name::Story()

#endif  // HALFOPEN_HARNESS_SCENARIO_H_

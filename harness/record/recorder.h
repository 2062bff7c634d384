// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RECORD_RECORDER_H_
#define HALFOPEN_HARNESS_RECORD_RECORDER_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fixtures/activity.h"
#include "fixtures/observer.h"
#include "fixtures/testbed.h"
#include "harness/record/evidence_file.h"
#include "harness/record/journal.h"
#include "harness/record/real_time.h"
#include "harness/record/tap.h"
#include "harness/record/waiting.h"
#include "harness/timeline/raw_record.h"
#include "netns/packet_log.h"

namespace halfopen {

// Observes one scenario: taps, the log of its fault rules, and everything that the fixtures report.
// What it sees is in memory, in order, and at once in its evidence (pcap files, journal), so that a
// crash loses nothing. Thread-safe.
class Recorder : public Observer {
 public:
  // Answers whether a cause takes effect in this run.
  using CauseGate = std::function<bool(const std::string& cause)>;
  using WaitingHook = std::function<void(const std::string& what)>;
  // Hears that somebody outside has interfered with the story; need not return.
  using InterferenceHook = std::function<void(const std::string& what)>;

  Recorder(EvidencePlace evidence, Activity& activity, CauseGate gate, WaitingHook waiting,
           InterferenceHook interference);
  ~Recorder() override;

  // Taps every interface of the testbed and listens to the log of its fault rules, from now until
  // Stop(), and gives the hosts their addresses while the taps open. The testbed outlives that.
  void Start(Testbed& testbed);
  // Ends the capture after a Drain(). Throws EnvironmentError if a tap or a log lost packets, or if
  // evidence could not be written: the record is not whole; and if somebody has interfered.
  void Stop();

  // Between Start() and Stop(): lets the thread that reads the taps run ahead (RealTime), for whom
  // the story waits as much as for its own threads. Throws EnvironmentError.
  void ReadInRealTime();

  // Returns once everything that was sent before the call has been captured and every fault hit by
  // it is known. Throws EnvironmentError if capturing has failed.
  void Drain();
  // Returns when nothing was captured for `quiet` since the last packet of now, or at the next
  // packet.
  void WatchQuiet(Duration quiet);
  // A copy of everything so far.
  RawRecord Copy() const;
  TimePoint start() const { return record_.start; }

  // Adds an event of the harness's own.
  void Add(TimePoint time, nlohmann::json body);

  void OnCallBegin(const Call& call) override;
  void OnCallEnd(const Call& call) override;
  void OnEndpoint(const std::string& label, const Endpoint& local) override;
  void OnState(const SocketSnapshot& snapshot) override;
  void OnFault(const FaultEvent& event) override;
  void OnReboot(Host& host, const std::vector<Interface>& interfaces) override;
  void OnProgram(const ProgramEvent& event) override;
  bool OnCause(const std::string& cause) override;
  void OnWaiting(const std::string& what) override;
  void OnInterference(const std::string& what) override;

 private:
  struct HostLog {
    std::string host;
    std::unique_ptr<PacketLog> log;
  };
  // A tap, and what is known of it. While the reader runs, mutex_ guards all but the first two.
  struct WatchedTap {
    Interface interface;
    std::unique_ptr<Tap> tap;
    std::uint64_t markers_seen = 0;
    std::uint64_t markers_due = 0;
    std::uint64_t sent = 0;      // packets
    std::uint64_t received = 0;  // packets
    std::exception_ptr ended;    // why it captures no more
    bool replaced = false;       // another interface has its name now
  };

  void OpenTaps(const std::vector<Interface>& interfaces, const std::function<void()>& meanwhile);
  void StartReader();
  void StopReader();
  void ReadLoop();
  void ReadTap(std::size_t index);
  void ReadLogs();

  // The links whose two ends are up; a story may take one down or delete it.
  std::set<int> LiveSegments() const;
  // Packets that left an end of a link more than came in at the other.
  std::int64_t Underway(int segment) const;
  void AwaitCapturedBothEnds(std::unique_lock<std::mutex>& lock, const std::set<int>& segments);
  void CrossLinks(const std::set<int>& segments);
  bool HasFailed() const;
  void RequireReaderAlive() const;

  const EvidencePlace evidence_;
  Activity& activity_;
  CauseGate gate_;
  InterferenceHook interference_;
  Waiting waiting_;

  // These two change while the reader stands still only.
  std::vector<WatchedTap> taps_;  // in the order of record_.taps
  std::vector<HostLog> logs_;
  Fd stop_event_;
  std::thread reader_;
  std::optional<RealTime> real_time_;  // of reader_

  mutable std::mutex mutex_;  // guards what follows
  mutable std::condition_variable changed_;
  RawRecord record_;
  Journal journal_;
  std::map<int, std::int64_t> lost_;  // packets that a link has lost, by segment
  TimePoint last_packet_;
  std::map<std::string, std::string> last_state_;  // by label, to record changes only
  std::exception_ptr failure_;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RECORD_RECORDER_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/recorder.h"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <numeric>

#include "harness/timeline/event_json.h"
#include "netns/background.h"
#include "netns/error.h"

namespace halfopen {
namespace {

// A packet that left one end and has not come to the other by then was lost on the link itself.
constexpr std::chrono::milliseconds kLinkPatience{200};

// Runs `work` once on each CPU that this thread may use.
void OnEachCpu(const std::function<void()>& work) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) == 1) {
    work();
    return;
  }
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) == 0) work();
  }
  sched_setaffinity(0, sizeof allowed, &allowed);
}

std::vector<IpAddress> AddressesOf(const Interface& interface) {
  return {interface.host->address()};
}

}  // namespace

Recorder::Recorder(std::filesystem::path evidence, Activity& activity, CauseGate gate,
                   WaitingHook waiting)
    : evidence_(std::move(evidence)),
      activity_(activity),
      gate_(std::move(gate)),
      waiting_(std::move(waiting)),
      stop_event_(Check(eventfd(0, EFD_CLOEXEC), "eventfd", "recorder")),
      journal_(evidence_) {
  record_.start = Clock::now();
  last_packet_ = record_.start;
  // What joins the pcap files' clock to the journal's.
  const Duration realtime = std::chrono::system_clock::now().time_since_epoch();
  journal_.Append(
      EventLine({{"kind", "start"}, {"realtime", realtime.count()}}, record_.start, record_.start));
}

Recorder::~Recorder() {
  real_time_.reset();
  Wake();
  if (reader_.joinable()) reader_.join();
  for (auto& tap : taps_) {
    CloseInBackground([tap = std::move(tap)]() mutable { tap.reset(); });
  }
}

void Recorder::Start(Testbed& testbed) {
  const std::vector<Interface> interfaces = testbed.interfaces();
  std::vector<std::future<std::unique_ptr<Tap>>> opening;
  opening.reserve(interfaces.size());
  for (const Interface& interface : interfaces) {
    opening.push_back(std::async(std::launch::async, [this, &interface] {
      const std::string name = interface.host->name() + "-" + interface.link;
      return std::make_unique<Tap>(
          interface.host->network(), interface.link,
          evidence_.empty() ? std::filesystem::path() : evidence_ / (name + ".pcap"));
    }));
  }
  testbed.AddAddresses();
  for (Host* host : testbed.hosts()) {
    logs_.push_back({host->name(), std::make_unique<PacketLog>(host->network(), kFaultLogGroup)});
  }
  for (auto& tap : opening) taps_.push_back(tap.get());
  for (const Interface& interface : interfaces) {
    const TapInfo info{interface.host->name(), interface.link, AddressesOf(interface)};
    const std::lock_guard lock(mutex_);
    record_.taps.push_back(info);
    journal_.Append(EventLine(TapJson(info), record_.start, record_.start));
  }
  const std::lock_guard lock(mutex_);
  for (auto* counts : {&markers_seen_, &markers_due_, &sent_, &received_}) {
    counts->assign(taps_.size(), 0);
  }
  reader_ = std::thread([this] { ReadLoop(); });
}

void Recorder::ReadInRealTime() { real_time_.emplace(reader_.native_handle()); }

void Recorder::Stop() {
  real_time_.reset();
  if (reader_.joinable()) {
    Drain();
    Wake();
    reader_.join();
  }
  RequireReaderAlive();
  for (std::size_t i = 0; i < taps_.size(); ++i) {
    if (const std::uint64_t lost = taps_[i]->Lost(); lost != 0) {
      throw EnvironmentError(
          "capture", record_.taps[i].host + " " + record_.taps[i].link, 0,
          fmt::format("the tap lost {} packets, so the record is not whole", lost));
    }
  }
  for (const HostLog& log : logs_) {
    if (log.log->lost() != 0) {
      throw EnvironmentError("NFLOG", log.host, 0,
                             "the log of the fault rules lost packets, so the record is not whole");
    }
  }
  if (journal_.error() != 0) {
    throw EnvironmentError("write", journal_.path(), journal_.error(),
                           "the evidence is incomplete");
  }
}

void Recorder::Wake() {
  const std::uint64_t one = 1;
  // Fails only if the counter would overflow.
  [[maybe_unused]] const ssize_t written = write(stop_event_.get(), &one, sizeof one);
}

void Recorder::ReadLoop() {
  std::vector<pollfd> descriptors{{stop_event_.get(), POLLIN, 0}};
  for (const auto& tap : taps_) descriptors.push_back({tap->fd(), POLLIN, 0});
  for (const HostLog& log : logs_) descriptors.push_back({log.log->fd(), POLLIN, 0});
  try {
    while (true) {
      if (poll(descriptors.data(), descriptors.size(), -1) < 0) continue;
      for (std::size_t i = 0; i < taps_.size(); ++i) ReadTap(i);
      // After the taps: whoever sees a marker counted then finds the hits before it logged.
      ReadLogs();
      {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < taps_.size(); ++i) markers_seen_[i] = taps_[i]->markers_seen();
      }
      changed_.notify_all();
      activity_.Notify();
      if ((descriptors[0].revents & POLLIN) != 0) return;
    }
  } catch (const std::exception&) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

void Recorder::ReadTap(std::size_t index) {
  taps_[index]->Read([&](TimePoint time, std::span<const std::uint8_t> frame) {
    std::optional<Packet> packet = DecodeEthernet(frame);
    if (!packet) return;
    CapturedPacket captured{time, index, std::move(*packet), {}};
    constexpr std::size_t kEthernetHeader = 14;
    captured.bytes.assign(frame.begin() + kEthernetHeader, frame.end());
    const std::lock_guard lock(mutex_);
    const auto& own = record_.taps[index].addresses;
    const bool sent = std::ranges::find(own, captured.packet.source.address) != own.end();
    ++(sent ? sent_ : received_)[index];
    last_packet_ = std::max(last_packet_, time);
    record_.packets.push_back(std::move(captured));
  });
}

void Recorder::ReadLogs() {
  for (HostLog& log : logs_) {
    for (LoggedPacket& logged : log.log->Read()) {
      FaultHit hit{Clock::now(), log.host, logged.prefix, std::move(logged.bytes)};
      const std::lock_guard lock(mutex_);
      journal_.Append(EventLine(HitJson(hit), record_.start, hit.time));
      record_.hits.push_back(std::move(hit));
    }
  }
}

bool Recorder::CapturedBothEnds() const {
  if (taps_.size() < 2) return true;
  return std::accumulate(sent_.begin(), sent_.end(), std::uint64_t{0}) ==
         std::accumulate(received_.begin(), received_.end(), std::uint64_t{0});
}

void Recorder::RequireReaderAlive() const {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

void Recorder::Drain() {
  if (taps_.empty()) return;
  // First what is on its way between the ends, then, with markers, what the receiver's stack and
  // fault rules still do with it.
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLinkPatience, [&] { return failure_ || CapturedBothEnds(); });
  }
  OnEachCpu([&] {
    for (std::size_t i = 0; i < taps_.size(); ++i) {
      {
        const std::lock_guard lock(mutex_);
        for (std::size_t other = 0; other < taps_.size(); ++other) {
          if (other != i || taps_.size() == 1) ++markers_due_[other];
        }
      }
      taps_[i]->SendMarker();
    }
  });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return failure_ || std::ranges::equal(markers_seen_, markers_due_, std::greater_equal<>());
  });
  changed_.wait_for(lock, kLinkPatience, [&] { return failure_ || CapturedBothEnds(); });
  lock.unlock();
  RequireReaderAlive();
}

void Recorder::WatchQuiet(Duration quiet) {
  OnWaiting(fmt::format("{} ms of silence on the wire",
                        std::chrono::duration_cast<std::chrono::milliseconds>(quiet).count()));
  Drain();
  std::unique_lock lock(mutex_);
  const std::size_t seen = record_.packets.size();
  changed_.wait_until(lock, last_packet_ + quiet,
                      [&] { return failure_ || record_.packets.size() != seen; });
  lock.unlock();
  OnWaiting("");
}

RawRecord Recorder::Copy() const {
  const std::lock_guard lock(mutex_);
  return record_;
}

void Recorder::Add(TimePoint time, nlohmann::json body) {
  auto line = std::make_shared<std::string>(EventLine(body, record_.start, time));
  const std::lock_guard lock(mutex_);
  journal_.Append(*line);
  record_.events.push_back(
      {time, std::make_shared<nlohmann::json>(std::move(body)), std::move(line)});
}

void Recorder::OnCallBegin(const Call& call) {
  OnWaiting(BeginText(call));
  Add(call.begin, CallBeginJson(call));
}

void Recorder::OnCallEnd(const Call& call) {
  Add(call.end, CallEndJson(call, record_.start));
  OnWaiting("");
}

void Recorder::OnEndpoint(const std::string& label, const Endpoint& local) {
  const std::lock_guard lock(mutex_);
  if (!record_.labels.emplace(local, label).second) return;
  journal_.Append(EventLine(LabelJson(label, local), record_.start, Clock::now()));
}

void Recorder::OnState(const SocketSnapshot& snapshot) {
  SocketSnapshot stripped = snapshot;
  stripped.timer_expires = {};  // counts down all the time; not a change
  std::string text = stripped.ToString();
  {
    const std::lock_guard lock(mutex_);
    std::string& last = last_state_[snapshot.label];
    if (last == text) return;
    last = std::move(text);
  }
  Add(snapshot.time, StateJson(snapshot));
}

void Recorder::OnFault(const FaultEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    record_.faults[event.name] = event.rule;
  }
  Add(event.time, FaultJson(event));
}

void Recorder::OnProgram(const ProgramEvent& event) { Add(event.time, ProgramJson(event)); }

bool Recorder::OnCause(const std::string& cause) {
  const bool takes_effect = gate_(cause);
  Add(Clock::now(), CauseJson(cause, !takes_effect));
  return takes_effect;
}

void Recorder::OnWaiting(const std::string& what) { waiting_(what); }

}  // namespace halfopen

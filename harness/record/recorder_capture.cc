// SPDX-License-Identifier: GPL-2.0-or-later
// The taps and the log of the fault rules: opened, read by a thread, and waited for.
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <future>

#include "fixtures/hold_up.h"
#include "fixtures/run_delay.h"
#include "harness/record/captured.h"
#include "harness/record/recorder.h"
#include "harness/timeline/event_json.h"
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

}  // namespace

void Recorder::OpenTaps(const std::vector<Interface>& interfaces,
                        const std::function<void()>& meanwhile) {
  std::vector<std::future<std::unique_ptr<Tap>>> opening;
  for (const Interface& interface : interfaces) {
    const std::string name = interface.host->name() + "-" + interface.link;
    const auto before = std::ranges::count_if(taps_, [&](const WatchedTap& watched) {
      return watched.interface.host == interface.host && watched.interface.link == interface.link;
    });
    const TapInfo info{interface.host->name(),
                       interface.link,
                       name + (before == 0 ? "" : fmt::format("-{}", before + 1)) + ".pcap",
                       {interface.address},
                       interface.mac,
                       interface.segment,
                       interface.transit};
    opening.push_back(std::async(std::launch::async, [this, &interface, file = info.file] {
      return std::make_unique<Tap>(interface.host->network(), interface.link, evidence_, file);
    }));
    const std::lock_guard lock(mutex_);
    record_.taps.push_back(info);
    journal_.Append(EventLine(TapJson(info), record_.start, record_.start));
  }
  meanwhile();
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    taps_.push_back({.interface = interfaces[i], .tap = opening[i].get(), .ended = nullptr});
  }
}

void Recorder::Start(Testbed& testbed) {
  OpenTaps(testbed.interfaces(), [&] {
    testbed.AddAddresses();
    for (Host* host : testbed.hosts()) {
      logs_.push_back({host->name(), std::make_unique<PacketLog>(host->network(), kFaultLogGroup)});
    }
  });
  StartReader();
}

void Recorder::OnReboot(Host& host, const std::vector<Interface>& interfaces) {
  const bool in_real_time = real_time_.has_value();
  StopReader();
  for (WatchedTap& watched : taps_) {
    watched.replaced |= std::ranges::any_of(interfaces, [&](const Interface& interface) {
      return interface.host == watched.interface.host && interface.link == watched.interface.link;
    });
  }
  OpenTaps(interfaces, [&] {
    logs_.push_back({host.name(), std::make_unique<PacketLog>(host.network(), kFaultLogGroup)});
  });
  StartReader();
  if (in_real_time) ReadInRealTime();
}

void Recorder::StartReader() {
  std::uint64_t count = 0;
  // Takes back what stopped the last one, if there was one.
  [[maybe_unused]] const ssize_t bytes = read(stop_event_.get(), &count, sizeof count);
  reader_ = std::thread([this] { ReadLoop(); });
}

void Recorder::StopReader() {
  real_time_.reset();
  if (!reader_.joinable()) return;
  const std::uint64_t one = 1;
  // Fails only if the counter would overflow.
  [[maybe_unused]] const ssize_t written = write(stop_event_.get(), &one, sizeof one);
  reader_.join();
}

void Recorder::ReadInRealTime() { real_time_.emplace(reader_.native_handle()); }

void Recorder::Stop() {
  real_time_.reset();
  if (reader_.joinable()) {
    Drain();
    StopReader();
  }
  RequireReaderAlive();
  for (std::size_t i = 0; i < taps_.size(); ++i) {
    if (const std::uint64_t lost = taps_[i].tap->Lost(); lost != 0) {
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

void Recorder::ReadLoop() {
  std::vector<pollfd> descriptors{{stop_event_.get(), POLLIN, 0}};
  for (const WatchedTap& watched : taps_) {
    descriptors.push_back({watched.ended ? -1 : watched.tap->fd(), POLLIN, 0});
  }
  for (const HostLog& log : logs_) descriptors.push_back({log.log->fd(), POLLIN, 0});
  try {
    for (Duration delayed = RunDelay();;) {
      if (poll(descriptors.data(), descriptors.size(), -1) < 0) continue;
      // The story waits for what this thread tells.
      const Duration delay = RunDelay();
      AddHoldUp(delay - std::exchange(delayed, delay));
      for (std::size_t i = 0; i < taps_.size(); ++i) {
        if (descriptors[1 + i].fd < 0) continue;
        ReadTap(i);
        if (taps_[i].ended) descriptors[1 + i].fd = -1;  // which poll(2) passes over
      }
      // After the taps: whoever sees a marker counted then finds the hits before it logged.
      ReadLogs();
      {
        const std::lock_guard lock(mutex_);
        for (WatchedTap& watched : taps_) watched.markers_seen = watched.tap->markers_seen();
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
  WatchedTap& watched = taps_[index];
  try {
    watched.tap->Read([&](TimePoint time, std::span<const std::uint8_t> frame) {
      const std::lock_guard lock(mutex_);
      std::optional<CapturedPacket> captured =
          CapturedFrom(time, frame, index, record_.taps[index]);
      if (!captured) return;
      ++(captured->sent ? watched.sent : watched.received);
      last_packet_ = std::max(last_packet_, time);
      record_.packets.push_back(std::move(*captured));
    });
  } catch (const std::exception&) {
    // Whether that is as the story wants it is for its own thread to say (RequireReaderAlive).
    const std::lock_guard lock(mutex_);
    watched.ended = std::current_exception();
  }
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

std::set<int> Recorder::LiveSegments() const {
  std::set<int> live;
  for (const WatchedTap& watched : taps_) live.insert(watched.interface.segment);
  for (const WatchedTap& watched : taps_) {
    const Interface& interface = watched.interface;
    if (watched.replaced || interface.host->links().IsDark(interface.link)) {
      live.erase(interface.segment);
    }
  }
  return live;
}

std::int64_t Recorder::Underway(int segment) const {
  std::int64_t packets = 0;
  std::size_t ends = 0;
  for (const WatchedTap& watched : taps_) {
    if (watched.interface.segment != segment) continue;
    packets +=
        static_cast<std::int64_t>(watched.sent) - static_cast<std::int64_t>(watched.received);
    ++ends;
  }
  return ends < 2 ? 0 : packets;  // loopback's one tap sees a packet once
}

bool Recorder::HasFailed() const {
  return failure_ || std::ranges::any_of(taps_, [this](const WatchedTap& watched) {
           return watched.ended && LiveSegments().contains(watched.interface.segment);
         });
}

void Recorder::RequireReaderAlive() const {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
  const std::set<int> live = LiveSegments();
  for (const WatchedTap& watched : taps_) {
    if (watched.ended && live.contains(watched.interface.segment)) {
      std::rethrow_exception(watched.ended);
    }
  }
}

void Recorder::AwaitCapturedBothEnds(std::unique_lock<std::mutex>& lock,
                                     const std::set<int>& segments) {
  changed_.wait_for(lock, kLinkPatience, [&] {
    return HasFailed() || std::ranges::all_of(segments, [this](int segment) {
             return Underway(segment) == lost_[segment];
           });
  });
  for (const WatchedTap& watched : taps_) {
    lost_[watched.interface.segment] = Underway(watched.interface.segment);
  }
}

void Recorder::CrossLinks(const std::set<int>& segments) {
  OnEachCpu([&] {
    for (WatchedTap& near : taps_) {
      const int segment = near.interface.segment;
      if (!segments.contains(segment)) continue;
      {
        const std::lock_guard lock(mutex_);
        for (WatchedTap& far : taps_) {
          if (far.interface.segment != segment) continue;
          const bool loops = near.interface.link == "lo";
          if (&far != &near || loops) ++far.markers_due;
        }
      }
      near.tap->SendMarker();
    }
  });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return HasFailed() || std::ranges::all_of(taps_, [&](const WatchedTap& watched) {
             return !segments.contains(watched.interface.segment) ||
                    watched.markers_seen >= watched.markers_due;
           });
  });
}

void Recorder::Drain() {
  if (taps_.empty()) return;
  const std::set<int> segments = LiveSegments();
  // First what is on its way between the ends, then, with markers, what the receiver's stack and
  // fault rules still do with it.
  {
    std::unique_lock lock(mutex_);
    AwaitCapturedBothEnds(lock, segments);
  }
  // What a router passes on may come behind the marker that crossed the next link meanwhile.
  for (std::size_t link = 0; link < segments.size(); ++link) CrossLinks(segments);
  {
    std::unique_lock lock(mutex_);
    AwaitCapturedBothEnds(lock, segments);
  }
  RequireReaderAlive();
}

void Recorder::WatchQuiet(Duration quiet) {
  OnWaiting(fmt::format("{} ms of silence on the wire",
                        std::chrono::duration_cast<std::chrono::milliseconds>(quiet).count()));
  Drain();
  std::unique_lock lock(mutex_);
  const std::size_t seen = record_.packets.size();
  const WaitsForTcp waits;
  changed_.wait_until(lock, last_packet_ + quiet,
                      [&] { return HasFailed() || record_.packets.size() != seen; });
  lock.unlock();
  OnWaiting("");
}

}  // namespace halfopen

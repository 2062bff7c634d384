// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/script_mutants.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "harness/expect/align_times.h"
#include "harness/expect/notation_print.h"
#include "harness/expect/packet_mutants.h"

namespace halfopen {
namespace {

using Mutants = std::vector<MutantOf<Expectation>>;

// Puts a packet in front of the one at `place`, or takes the one at `place` away.
void Insert(Expectation& expectation, std::size_t place, ExpectedPacket packet) {
  packet.begins_handshake = false;
  const auto at = expectation.packets.begin() + static_cast<std::ptrdiff_t>(place);
  expectation.packets.insert(at, std::move(packet));
  for (ExpectedQuiet& quiet : expectation.quiets) quiet.before += quiet.before >= place;
}
void Erase(Expectation& expectation, std::size_t place) {
  expectation.packets.erase(expectation.packets.begin() + static_cast<std::ptrdiff_t>(place));
  for (ExpectedQuiet& quiet : expectation.quiets) quiet.before -= quiet.before > place;
}

// Collects the mutants of one script.
class Mutator {
 public:
  Mutator(const Judgement& judgement, const Record& record)
      : expectation_(std::make_shared<Expectation>(judgement.expectation)),
        record_(record),
        came_as_(expectation_->packets.size()) {
    for (const JudgedLine& line : judgement.lines) {
      if (line.expected) came_as_[*line.expected] = line.packet;
    }
  }

  Mutants Of(const Line& line) {
    line_ = line;
    if (line.kind == Line::Kind::kQuiet) {
      AddQuiet();
    } else if (line.kind == Line::Kind::kHandshake) {
      AddHandshake();
    } else {
      AddPackets();
    }
    return std::exchange(mutants_, {});
  }

 private:
  void Add(const std::string& what, std::function<void(Expectation&)> change) {
    mutants_.push_back({PrintLine(line_), fmt::format("script line {}: {}", line_.number, what),
                        [original = expectation_, change = std::move(change)] {
                          Expectation changed = *original;
                          change(changed);
                          return changed;
                        }});
  }

  // The line's packets that came.
  std::vector<std::size_t> Places() const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < came_as_.size(); ++i) {
      if (expectation_->packets[i].line == line_.number && came_as_[i]) places.push_back(i);
    }
    return places;
  }

  void AddPackets() {
    const std::vector<std::size_t> places = Places();
    if (places.empty()) return;
    const std::size_t last = places.back();
    AddCounts(last);
    AddSwap(last);
    // Of an optional line another repeat could take the packet.
    const int number = line_.number;
    const bool all = line_.optional;
    for (const PacketChange& change : ChangesOf(expectation_->packets[last])) {
      Add(change.what, [=](Expectation& changed) {
        for (std::size_t i = 0; i < changed.packets.size(); ++i) {
          if (i == last || (all && changed.packets[i].line == number)) {
            change.apply(changed.packets[i]);
          }
        }
      });
    }
    if (!line_.time) return;
    AddTimes(last, places.size() > 1 ? " (the last)" : "");
    if (places.size() > 1) AddTimes(places.front(), " (the first)");
  }

  // Optional packets that are like this one leave open how many come, and then the mutants are
  // none and more than may come.
  void AddCounts(std::size_t place) {
    const ExpectedPacket& packet = expectation_->packets[place];
    const auto may_be_it = [packet](const ExpectedPacket& other) {
      return other.optional && !ExcludeEachOther(packet, other);
    };
    const auto more = std::ranges::count_if(expectation_->packets, may_be_it);
    if (more == 0) {
      Add("one packet fewer", [place](Expectation& changed) { Erase(changed, place); });
      Add("one packet more",
          [place](Expectation& changed) { Insert(changed, place, changed.packets[place]); });
      return;
    }
    Add("none", [may_be_it, number = line_.number](Expectation& changed) {
      for (std::size_t i = changed.packets.size(); i-- > 0;) {
        const ExpectedPacket& other = changed.packets[i];
        if (other.line == number || may_be_it(other)) Erase(changed, i);
      }
    });
    if (packet.optional) return;
    Add("more than may come", [place, more](Expectation& changed) {
      for (auto i = 0; i <= more; ++i) Insert(changed, place, changed.packets[place]);
    });
  }

  // An optional packet may come at another place than where it stands.
  void AddSwap(std::size_t place) {
    if (place + 1 == expectation_->packets.size()) return;
    const ExpectedPacket& packet = expectation_->packets[place];
    const ExpectedPacket& next = expectation_->packets[place + 1];
    if (packet.optional || next.optional || !ExcludeEachOther(packet, next)) return;
    Add("behind the next one", [place](Expectation& changed) {
      std::swap(changed.packets[place], changed.packets[place + 1]);
    });
  }

  void AddTimes(std::size_t place, const std::string& which) {
    const Duration nominal = *expectation_->packets[place].time;
    const Timing timing = TimeOf(nominal, *came_as_[place], record_);
    const auto add = [&](const std::string& what, Duration time) {
      Add(what + which,
          [place, time](Expectation& changed) { changed.packets[place].time = time; });
    };
    const Duration half = nominal / 2;
    if (*TimeOf(half, *came_as_[place], record_).bound < nominal - timing.ahead) {
      add("half the time", half);
    }
    if (2 * nominal - timing.ahead > *timing.bound) add("twice the time", 2 * nominal);
  }

  void AddHandshake() {
    const std::size_t first = Places().front();
    Add("none", [first](Expectation& changed) {
      for (int i = 0; i < 3; ++i) Erase(changed, first);
    });
    Add("two", [first](Expectation& changed) {
      for (int i = 0; i < 3; ++i) Insert(changed, first, changed.packets[first + 2]);
    });
    Add(fmt::format("{} > {}", line_.to, line_.from), [first](Expectation& changed) {
      for (std::size_t i = first; i < first + 3; ++i) {
        std::swap(changed.packets[i].from, changed.packets[i].to);
      }
    });
  }

  // Only a quiet that a packet of the record ends.
  void AddQuiet() {
    for (std::size_t i = 0; i < expectation_->quiets.size(); ++i) {
      const ExpectedQuiet& quiet = expectation_->quiets[i];
      const auto behind = came_as_.begin() + static_cast<std::ptrdiff_t>(quiet.before);
      const bool ends = std::any_of(behind, came_as_.end(), [](const auto& p) { return !!p; });
      if (quiet.line != line_.number || !ends) continue;
      Add("twice the time", [i](Expectation& changed) { changed.quiets[i].time *= 2; });
    }
  }

  std::shared_ptr<const Expectation> expectation_;
  const Record& record_;
  std::vector<std::optional<std::size_t>> came_as_;  // by expected packet: which of the record
  Line line_;
  Mutants mutants_;
};

}  // namespace

std::vector<MutantOf<Expectation>> MutantsOf(const Script& script, const Judgement& judgement,
                                             const Record& record) {
  Mutator mutator(judgement, record);
  Mutants all;
  for (const Line& line : script.lines()) {
    std::ranges::move(mutator.Of(line), std::back_inserter(all));
  }
  return all;
}

std::size_t CountUntimed(const Judgement& judgement, const Record& record) {
  constexpr std::chrono::milliseconds kShortestTimer{40};
  return static_cast<std::size_t>(
      std::ranges::count_if(judgement.lines, [&](const JudgedLine& line) {
        if (line.missing() || line.extra() || *line.packet == 0) return false;
        const Duration since =
            record.packets[*line.packet].time - record.packets[*line.packet - 1].time;
        return !judgement.expectation.packets[*line.expected].time && since >= kShortestTimer;
      }));
}

}  // namespace halfopen

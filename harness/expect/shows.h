// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_EXPECT_SHOWS_H_
#define HALFOPEN_HARNESS_EXPECT_SHOWS_H_

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "harness/expect/align.h"
#include "harness/expect/mutation_trial.h"
#include "harness/expect/notation.h"
#include "harness/record/recorder.h"
#include "harness/timeline/wire_packet.h"
#include "netns/address.h"

namespace halfopen {

// The wire of the running scenario: TCP, the ICMP errors that quote a segment of it, and neighbour
// resolution; or one connection's segments and the errors about them. A view: what it shows is what
// has crossed by the time it is asked.
class WireView {
 public:
  explicit WireView(Recorder& recorder) : recorder_(&recorder) {}
  // Only the segments between these two endpoints, and the ICMP errors that quote them.
  WireView(Recorder& recorder, const Endpoint& one, const Endpoint& other)
      : recorder_(&recorder), connection_(std::pair(one, other)) {}

  // Only what one end of this view sent, by its label: where two hosts' timers run side by side,
  // which of them comes first is anyone's guess.
  WireView SentBy(std::string label) const;
  // Only what has crossed since `begin`; numbers stay relative to the connection's first ones.
  WireView Since(TimePoint begin) const;
  // Only what has crossed until `end`, included: where what comes behind it is another story.
  WireView Until(TimePoint end) const;

  Recorder& recorder() const { return *recorder_; }
  // The packets so far, in order. Everything sent before the call is among them.
  std::vector<WirePacket> Packets() const;
  // The packets of an already copied record that belong to this view.
  std::vector<WirePacket> PacketsOf(const RawRecord& record) const;

 private:
  Recorder* recorder_;
  std::optional<std::pair<Endpoint, Endpoint>> connection_;
  std::optional<std::string> sender_;
  TimePoint begin_ = TimePoint::min();
  TimePoint end_ = TimePoint::max();
};

// GoogleTest prints the value of a failed expectation; the explanation shows the packets already.
void PrintTo(const WireView& view, std::ostream* out);
// A packet of a matcher on Packets(), as a line of a script.
void PrintTo(const WirePacket& packet, std::ostream* out);

// Holds the wire against a script in packet notation; waits for the script's trailing quiet.
class ShowsMatcher {
 public:
  using is_gtest_matcher = void;
  ShowsMatcher(Script script, std::vector<Binding> bindings)
      : script_(std::move(script)), bindings_(std::move(bindings)) {}

  bool MatchAndExplain(const WireView& view, std::ostream* explanation) const {
    return MatchWithMutants(*this, view, explanation);
  }
  void DescribeTo(std::ostream* out) const;
  void DescribeNegationTo(std::ostream* out) const;

  // For mutation runs (MatchWithMutants), in which the wire is looked at once.
  const MatcherId& id() const { return id_; }
  bool Holds(const WireView& view, std::ostream* explanation) const;
  const std::vector<MutantOf<ShowsMatcher>>& Mutants(const WireView& view) const;

 private:
  // What the wire showed when it was looked at.
  struct Seen {
    RawRecord record;
    std::vector<WirePacket> packets;
    TimePoint end;
  };
  // What copies of this matcher share.
  struct Memory {
    std::string reason;  // of the first answer, if that was no
    std::optional<Seen> seen;
    std::optional<std::vector<MutantOf<ShowsMatcher>>> mutants;
  };

  // Looks at the wire when the script's trailing quiet is over.
  Seen Look(const WireView& view) const;
  Judgement Judge(const Seen& seen) const;
  // The whole diff, or nothing if the wire is as expected.
  std::string Differences(const WireView& view) const;

  MatcherId id_;
  Script script_;
  std::vector<Binding> bindings_;
  std::shared_ptr<const Expectation> mutant_;  // what takes the script's place
  std::shared_ptr<Memory> memory_ = std::make_shared<Memory>();
};

// The script is checked by the compiler. Names in it are bound beside it:
//   EXPECT_THAT(Wire(), Shows("... *probes", Bind("probes", 3)));
template <typename... Bindings>
ShowsMatcher Shows(Script script, Bindings... bindings) {
  return ShowsMatcher(std::move(script), {std::move(bindings)...});
}

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_EXPECT_SHOWS_H_

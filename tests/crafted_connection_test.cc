// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixtures/crafted_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/record/packet.h"

namespace halfopen {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const Endpoint kHere{IpAddress::Parse("10.0.0.2"), 80};
const Endpoint kThere{IpAddress::Parse("10.0.0.1"), 4660};
constexpr std::uint32_t kOwn = 1000;           // this end's first number
constexpr std::uint32_t kTheirs = 0xfffffffe;  // about to wrap

Segment From(std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment = 0,
             std::string payload = "") {
  return {.source = kThere,
          .destination = kHere,
          .flags = flags,
          .sequence = sequence,
          .acknowledgment = acknowledgment,
          .payload = std::move(payload)};
}

// One that has listened and completed a handshake.
CraftedConnection Accepted() {
  CraftedConnection connection(kHere);
  connection.Listen(80, {});
  connection.Hear(From(kSyn, kTheirs));
  connection.Hear(From(kAck, kTheirs + 1, kOwn + 1));
  return connection;
}

TEST(CraftedConnection, AnswersASynWithSynAck) {
  CraftedConnection connection(kHere);
  connection.Listen(80, {{kOptionMss, {5, 180}}});
  const auto heard = connection.Hear(From(kSyn, kTheirs));
  ASSERT_TRUE(heard.answer);
  EXPECT_TRUE(heard.of_handshake);
  EXPECT_EQ(heard.answer->flags, kSyn | kAck);
  EXPECT_EQ(heard.answer->sequence, kOwn);
  EXPECT_EQ(heard.answer->acknowledgment, kTheirs + 1);
  EXPECT_EQ(heard.answer->source, kHere);
  EXPECT_EQ(heard.answer->destination, kThere);
  EXPECT_THAT(heard.answer->options, SizeIs(1));
  EXPECT_FALSE(connection.established());
}

TEST(CraftedConnection, IsEstablishedByTheAckOfItsSynAck) {
  CraftedConnection connection(kHere);
  connection.Listen(80, {});
  connection.Hear(From(kSyn, kTheirs));
  EXPECT_FALSE(connection.Hear(From(kAck, kTheirs + 1, kOwn + 2)).of_handshake);
  EXPECT_FALSE(connection.established());
  EXPECT_TRUE(connection.Hear(From(kAck, kTheirs + 1, kOwn + 1)).of_handshake);
  EXPECT_TRUE(connection.established());
}

TEST(CraftedConnection, HearsDataThatCompletesTheHandshake) {
  CraftedConnection connection(kHere);
  connection.Listen(80, {});
  connection.Hear(From(kSyn, kTheirs));
  const auto heard = connection.Hear(From(kAck, kTheirs + 1, kOwn + 1, "ping"));
  EXPECT_TRUE(heard.ours);
  EXPECT_FALSE(heard.of_handshake);
  EXPECT_TRUE(connection.established());
}

TEST(CraftedConnection, AnswersTheSynAckOfItsSyn) {
  CraftedConnection connection(kHere);
  const Segment syn = connection.Connect(kHere, kThere, {});
  EXPECT_EQ(syn.flags, kSyn);
  EXPECT_EQ(syn.sequence, kOwn);
  const auto wrong = connection.Hear(From(kSyn | kAck, kTheirs, kOwn + 2));
  EXPECT_FALSE(wrong.answer);
  const auto heard = connection.Hear(From(kSyn | kAck, kTheirs, kOwn + 1));
  ASSERT_TRUE(heard.answer);
  EXPECT_EQ(heard.answer->flags, kAck);
  EXPECT_EQ(heard.answer->sequence, kOwn + 1);
  EXPECT_EQ(heard.answer->acknowledgment, kTheirs + 1);
  EXPECT_TRUE(connection.established());
}

TEST(CraftedConnection, IsRefusedByAReset) {
  CraftedConnection connection(kHere);
  connection.Connect(kHere, kThere, {});
  connection.Hear(From(kRst | kAck, 0, kOwn + 1));
  EXPECT_TRUE(connection.refused());
}

TEST(CraftedConnection, ExpectsWhatComesBehindWhatCameInOrder) {
  CraftedConnection connection = Accepted();
  EXPECT_EQ(connection.next_expected(), kTheirs + 1);
  connection.Hear(From(kAck, kTheirs + 5, kOwn + 1, "late"));
  EXPECT_EQ(connection.next_expected(), kTheirs + 1);
  connection.Hear(From(kAck, kTheirs + 1, kOwn + 1, "ping"));
  EXPECT_EQ(connection.next_expected(), kTheirs + 5);  // wrapped
  connection.Hear(From(kAck, kTheirs + 1, kOwn + 1, "ping and more"));
  EXPECT_EQ(connection.next_expected(), kTheirs + 14);
  connection.Hear(From(kFin | kAck, kTheirs + 14, kOwn + 1));
  EXPECT_EQ(connection.next_expected(), kTheirs + 15);
}

TEST(CraftedConnection, HearsNothingOfOthers) {
  CraftedConnection connection = Accepted();
  Segment other = From(kAck, kTheirs + 1, kOwn + 1, "ping");
  other.source.port = 4661;
  EXPECT_FALSE(connection.Hear(other).ours);
  other = From(kAck, kTheirs + 1, kOwn + 1, "ping");
  other.destination.port = 81;
  EXPECT_FALSE(connection.Hear(other).ours);
  EXPECT_EQ(connection.next_expected(), kTheirs + 1);
}

TEST(CraftedConnection, MakesNoHandshakeUnasked) {
  CraftedConnection connection(kHere);
  const auto heard = connection.Hear(From(kSyn, kTheirs));
  EXPECT_TRUE(heard.ours);
  EXPECT_FALSE(heard.of_handshake);
  EXPECT_FALSE(heard.answer);
  EXPECT_EQ(connection.remote(), kThere);
  EXPECT_EQ(connection.remote_initial_sequence(), kTheirs);
}

TEST(CraftedConnection, HasTimestampsWhereBothSynsHadThem) {
  const std::vector<SegmentOption> own = {{kOptionTimestamps, {}}};
  CraftedConnection connection(kHere);
  connection.Listen(80, own);
  Segment syn = From(kSyn, kTheirs);
  EXPECT_THAT(connection.Hear(syn).answer->options, IsEmpty());
  EXPECT_FALSE(connection.timestamps());
  syn.options = {{kOptionTimestamps, {0, 0, 1, 2, 0, 0, 0, 0}}};
  const auto heard = connection.Hear(syn);
  ASSERT_THAT(heard.answer->options, SizeIs(1));
  const std::vector<std::uint8_t>& data = heard.answer->options[0].data;
  EXPECT_EQ(std::vector<std::uint8_t>(data.begin() + 4, data.end()),
            (std::vector<std::uint8_t>{0, 0, 1, 2}));
  EXPECT_TRUE(connection.timestamps());
}

TEST(CraftedConnection, CannotFinishASegmentForNobody) {
  EXPECT_THROW(CraftedConnection(kHere).Finish({}), std::logic_error);
}

}  // namespace
}  // namespace halfopen

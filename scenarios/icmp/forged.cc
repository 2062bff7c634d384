// SPDX-License-Identifier: GPL-2.0-or-later
// Errors that are not to be believed.
//
// An ICMP error carries no secret but the sequence number that it quotes. One that quotes none of
// those under way (SND.UNA to SND.NXT, RFC 5927 4.1) is dropped and counted as OutOfWindowIcmps;
// one about a connection that does not exist as IcmpInErrors. Messages that say nothing about a
// connection's fate change nothing either, even where the application has asked for every error.
#include "scenarios/icmp/icmp.h"

namespace halfopen {
namespace {

ROUTER_SCENARIO_OF(IcmpStory, IcmpForged, SequenceNumberOutsideTheWindowIsIgnored,
                   .verdict =
                       "An ICMP error that quotes a sequence number not under way is "
                       "dropped (OutOfWindowIcmps), even with IP_RECVERR; no errno.",
                   .source =
                       "RFC 5927 4.1; tcp_v4_err, tcp_v6_err: "
                       "LINUX_MIB_OUTOFWINDOWICMPS") {
  auto [client, server] = Connect();
  client.Set(ReceiveErrors{});
  const Counters before = CountersOf(ClientHost());
  const IcmpMessage refused = family() == IpFamily::kIpv4 ? IcmpMessage{3, 3} : IcmpMessage{1, 4};
  QuotedSegment ahead = LastSegment(), behind = LastSegment();
  ahead.sequence += 1;
  behind.sequence -= 1;
  Tell(ahead, refused);
  Tell(behind, refused);

  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::Contains(testing::Pair("TcpExt.OutOfWindowIcmps", 2)));
  EXPECT_EQ(client.TakeError(), 0);
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      router > client  icmp port-unreachable  *2
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
  )"));
}

ROUTER_SCENARIO_OF(IcmpStory, IcmpForged, MessagesOfNoConsequence,
                   .verdict =
                       "Source quench, redirects, reassembly timeouts, codes and types "
                       "unknown: an established connection is told of none, even with "
                       "IP_RECVERR.",
                   .source = "icmp_unreach, icmp_rcv, tcp_v4_err; RFC 6633",
                   .only = IpFamily::kIpv4) {
  auto [client, server] = Connect();
  client.Set(ReceiveErrors{});
  for (const IcmpMessage& message : {IcmpMessage{4, 0}, {5, 1}, {11, 1}, {3, 16}, {3, 255}}) {
    Tell(LastSegment(), message);
    EXPECT_EQ(client.TakeError(), 0);
  }

  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      router > client  icmp source-quench
      router > client  icmp host-redirect
      router > client  icmp reassembly-timeout
      router > client  icmp 3/16
      router > client  icmp 3/255
      client > server  P.  1:5(4) ack 1
      server > client  .   1:1(0) ack 5
  )"));
}

}  // namespace
}  // namespace halfopen

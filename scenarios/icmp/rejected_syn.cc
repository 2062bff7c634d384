// SPDX-License-Identifier: GPL-2.0-or-later
// A SYN that a firewall rejects with an ICMP error, close by.
//
// Where nothing on the path takes time (a veth link, loopback: containers on one machine), the
// error comes back while connect() still holds its socket, within the transmission of the SYN. The
// kernel then notes the errno only as a soft one and counts LockDroppedIcmps (sock_owned_by_user in
// tcp_v4_err and tcp_v6_err): connect() goes on, and fails with the answer to the next SYN, a
// second later. Over a real network, where an answer takes longer than the call takes to fall
// asleep, it fails at once (IcmpInSynSent), and so it does here where the firewall answers with a
// RST, which a socket's backlog keeps for later (sk_add_backlog).
#include "scenarios/icmp/icmp.h"

namespace halfopen {
namespace {

ROUTER_SCENARIO_OF(IcmpStory, RejectedSyn, IcmpErrorFromNearbyIsHeardAtTheSecondSyn,
                   .verdict =
                       "A reject rule's port unreachable from next door comes while "
                       "connect() holds the socket: ECONNREFUSED only after the second SYN.",
                   .source = "tcp_v4_err, tcp_v6_err: LINUX_MIB_LOCKDROPPEDICMPS") {
  Fault refused = RouterHost().Arm(Syns().Reject(IcmpxCode::kPortUnreachable));
  const Counters before = CountersOf(ClientHost());
  Socket client = ClientHost().NewSocket();
  const Duration timeout = SynSchedule().front();
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED).After(timeout));

  EXPECT_THAT(Wire(), Shows(R"(
                client >| server  S  0:0(0)
                router > client   icmp port-unreachable
      +timeout  client >| server  S  0:0(0)
                router > client   icmp port-unreachable
      quiet 200ms
  )",
                            Bind("timeout", timeout)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              testing::IsSupersetOf({testing::Pair("TcpExt.LockDroppedIcmps", 1),
                                     testing::Pair("TcpExt.TCPSynRetrans", 1),
                                     testing::Pair("Tcp.AttemptFails", 1)}));
}

ROUTER_SCENARIO_OF(IcmpStory, RejectedSyn, ResetFromNearbyIsHeardAtOnce,
                   .verdict =
                       "A reject rule that answers the SYN with a RST: connect() fails with "
                       "ECONNREFUSED at once, however near the rule is.",
                   .source = "nft(8) reject with tcp reset; tcp_v4_rcv, sk_add_backlog") {
  Fault refused = RouterHost().Arm(Syns().RejectWithTcpReset());
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ECONNREFUSED).AtOnce());

  EXPECT_THAT(Wire(), Shows(R"(
      client >| server  S   0:0(0)
      router > client   R.  0:0(0) ack 1
      quiet 200ms
  )"));
}

ROUTER_SCENARIO_OF(IcmpStory, RejectedSyn, IcmpErrorThatAFirewallDropsMeansATimeout,
                   .verdict =
                       "A firewall on the client that drops ICMP hides the router's host "
                       "unreachable: connect() fails with ETIMEDOUT, when its SYNs run out.",
                   .source = "RFC 4890 4.3.1; tcp(7) TCP_SYNCNT") {
  const bool ipv4 = family() == IpFamily::kIpv4;
  Fault refused = RouterHost().Arm(Syns().Reject(IcmpxCode::kHostUnreachable));
  Fault deaf = ClientHost().Drop(Input().Icmp(family(), ipv4 ? 3 : 1));
  Socket client = ClientHost().NewSocket();
  client.Set(SynCount{1});
  const auto schedule = SynSchedule(1);
  EXPECT_THAT(client.Connect(ServerHost()), FailsWith(ETIMEDOUT).After(schedule));
  EXPECT_EQ(client.TakeError(), 0);

  const auto syns = static_cast<int>(schedule.size());
  EXPECT_THAT(Wire().SentBy("client"),
              Shows(R"(
                client >| server  S  0:0(0)
      +backoff  client >| server  S  0:0(0)  *more
      quiet 200ms
  )",
                    Bind("backoff", WithoutLast(schedule)), Bind("more", syns - 1)));
  EXPECT_THAT(Wire().SentBy("router"),
              Shows("router >| client  icmp unreachable  *syns", Bind("syns", syns),
                    Bind("unreachable", ipv4 ? IcmpMessage{3, 1} : IcmpMessage{1, 3})));
}

}  // namespace
}  // namespace halfopen

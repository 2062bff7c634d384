// SPDX-License-Identifier: GPL-2.0-or-later
// Path MTU discovery and an MTU that cannot be.
//
// "Fragmentation needed" and "packet too big" end nothing: they shrink the segments (RFC 1191, RFC
// 8201). What they say is limited, as anybody can say it: IPv4 believes no less than
// net.ipv4.route.min_pmtu (552), and takes anything below, as the 0 of a router older than RFC
// 1191, for that; IPv6 has no link below 1280 and drops a message that says so (tcp_v6_err).
#include "scenarios/icmp/icmp.h"

namespace halfopen {
namespace {

class MtuStory : public IcmpStory {
 protected:
  // 1300 bytes once the router has told of its MTU.
  Connection SendAfter(const IcmpMessage& message, std::uint32_t mtu) {
    auto [client, server] = Connect();
    Tell(LastSegment(), message, mtu);
    EXPECT_EQ(client.TakeError(), 0);
    EXPECT_THAT(client.Send(std::string(1300, 'x')), Returns(1300));
    client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; }, "acknowledgment");
    return {client, server};
  }
};

ROUTER_SCENARIO_OF(MtuStory, IcmpBogusMtu, MtuOfZeroMeansMinPmtu,
                   .verdict =
                       "Fragmentation needed with an MTU of 0 shrinks segments to those of "
                       "min_pmtu (552 bytes, 500 of them data); no errno.",
                   .source = "RFC 1191 5; ip-sysctl.rst, route/min_pmtu; __ip_rt_update_pmtu",
                   .only = IpFamily::kIpv4) {
  const Connection open = SendAfter({3, 4}, 0);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      router > client  icmp frag-needed  mtu 0
      client > server  .   1:501(500) ack 1
      client > server  .   501:1001(500) ack 1
      client > server  P.  1001:1301(300) ack 1
      ? server > client .  1:1(0) ack 501
      ? server > client .  1:1(0) ack 1001
      server > client  .   1:1(0) ack 1301
  )"));
}

ROUTER_SCENARIO_OF(MtuStory, IcmpBogusMtu, MtuBelow1280IsIgnored,
                   .verdict =
                       "Packet too big with an MTU below IPv6's 1280 is ignored: segments "
                       "stay as they were; no errno.",
                   .source = "RFC 8201 4; tcp_v6_err, IPV6_MIN_MTU", .only = IpFamily::kIpv6) {
  const Connection open = SendAfter({2, 0}, 1279);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      router > client  icmp packet-too-big  mtu 1279
      client > server  P.  1:1301(1300) ack 1
      server > client  .   1:1(0) ack 1301
  )"));
}

ROUTER_SCENARIO_OF(MtuStory, IcmpBogusMtu, MtuOf1280IsTaken,
                   .verdict =
                       "Packet too big with an MTU of 1280 shrinks segments to 1208 bytes "
                       "of data; no errno.",
                   .source = "RFC 8201 4; tcp_v6_mtu_reduced", .only = IpFamily::kIpv6) {
  const Connection open = SendAfter({2, 0}, 1280);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      router > client  icmp packet-too-big  mtu 1280
      client > server  .   1:1209(1208) ack 1
      client > server  P.  1209:1301(92) ack 1
      ? server > client .  1:1(0) ack 1209
      server > client  .   1:1(0) ack 1301
  )"));
}

}  // namespace
}  // namespace halfopen

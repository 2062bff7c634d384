// SPDX-License-Identifier: GPL-2.0-or-later
// IP_RECVERR and IPV6_RECVERR: what a TCP socket is told of ICMP errors, and where.
//
// ip(7) says that TCP has no error queue, and that IP_RECVERR makes it report errors at once. The
// second still holds: in ESTABLISHED every error that would be soft becomes the result of the call
// that waits, or of the next one, and the connection lives on (tcp_v4_err, tcp_v6_err). The first
// holds no more for a connect() under way: since Linux 5.8 the queue has the message, so that
// traceroute needs no privilege (commit 45af29ca761c). It was meant for those who ask by
// IP_RECVERR; ipv6_icmp_error looks whether they did, ip_icmp_error does not, and IPv4 queues it
// for everybody.
#include <poll.h>
#include <sys/time.h>

#include <cstring>
#include <span>

#include "scenarios/icmp/icmp.h"

namespace halfopen {
namespace {

struct Error {
  IcmpMessage message;
  int error;
};

// icmp_err_convert (net/ipv4/icmp.c), without frag-needed, and what tcp_v4_err makes of the others.
constexpr Error kIpv4Errors[] = {
    {{3, 0}, ENETUNREACH},   {{3, 1}, EHOSTUNREACH},  {{3, 2}, ENOPROTOOPT},
    {{3, 3}, ECONNREFUSED},  {{3, 5}, EOPNOTSUPP},    {{3, 6}, ENETUNREACH},
    {{3, 7}, EHOSTDOWN},     {{3, 8}, ENONET},        {{3, 9}, ENETUNREACH},
    {{3, 10}, EHOSTUNREACH}, {{3, 11}, ENETUNREACH},  {{3, 12}, EHOSTUNREACH},
    {{3, 13}, EHOSTUNREACH}, {{3, 14}, EHOSTUNREACH}, {{3, 15}, EHOSTUNREACH},
    {{11, 0}, EHOSTUNREACH}, {{12, 0}, EPROTO},
};
// icmpv6_err_convert (net/ipv6/icmp.c).
constexpr Error kIpv6Errors[] = {
    {{1, 0}, ENETUNREACH},  {{1, 1}, EACCES}, {{1, 2}, EHOSTUNREACH}, {{1, 3}, EHOSTUNREACH},
    {{1, 4}, ECONNREFUSED}, {{1, 5}, EACCES}, {{1, 6}, EACCES},       {{1, 7}, EPROTO},
    {{3, 0}, EHOSTUNREACH}, {{4, 0}, EPROTO}, {{100, 0}, EPROTO},
};

class ErrorQueueStory : public IcmpStory {
 protected:
  std::span<const Error> Errors() const {
    if (family() == IpFamily::kIpv4) return kIpv4Errors;
    return kIpv6Errors;
  }
  IcmpMessage PortUnreachable() const {
    return family() == IpFamily::kIpv4 ? IcmpMessage{3, 3} : IcmpMessage{1, 4};
  }

  // A non-blocking connect() whose SYN draws port unreachable. Returns the poll() that it woke.
  Call RefuseConnect(Socket& client) {
    Fault lost = RouterHost().Drop(Syns());
    client.Set(SynCount{1});  // it gives up soon if nothing ends it
    client.SetNonBlocking();
    EXPECT_THAT(client.Connect(ServerHost()), FailsWith(EINPROGRESS).AtOnce());
    AwaitPackets(IsSyn, 1, "SYN");
    const TimePoint told = Tell(LastSegment(), PortUnreachable());
    const Call polled = client.Poll(POLLOUT);
    EXPECT_THAT(polled, Returns(1).AtOnce().Since(told));
    return polled;
  }
  void ExpectRefusalOnWire() {
    EXPECT_THAT(Wire(), Shows(R"(
        client >| server  S  0:0(0)
        router > client   icmp port-unreachable
        quiet 200ms
    )"));
  }
};

// SO_RCVTIMEO: a call that nothing ends returns EAGAIN after it.
void LimitReads(Socket& socket, std::chrono::seconds limit) {
  const timeval time{.tv_sec = limit.count(), .tv_usec = 0};
  std::string bytes(sizeof time, '\0');
  std::memcpy(bytes.data(), &time, sizeof time);
  socket.SetOption(SOL_SOCKET, SO_RCVTIMEO, bytes, "SO_RCVTIMEO");
}

ROUTER_SCENARIO_OF(ErrorQueueStory, IcmpErrorQueue, EstablishedReaderIsToldOfEachErrorAndGoesOn,
                   .verdict =
                       "With IP_RECVERR a blocked recv() fails at once with the errno of "
                       "each ICMP error; the connection lives and the error queue is empty.",
                   .source = "ip(7) IP_RECVERR; tcp_v4_err, tcp_v6_err") {
  auto [client, server] = Connect();
  LimitReads(client, std::chrono::seconds(1));
  if (Cause("the client asks for errors")) client.Set(ReceiveErrors{});

  for (const Error& each : Errors()) {
    PendingCall read = client.StartRecv();
    const TimePoint told = Clock::now();
    SendIcmp(RouterHost(), {each.message, LastSegment()});
    ASSERT_THAT(read.Wait(), FailsWith(each.error).AtOnce().Since(told));
    EXPECT_THAT(client.RecvError(), FailsWith(EAGAIN));
  }

  EXPECT_EQ(client.Snapshot().state, TcpState::kEstablished);
  EXPECT_THAT(server.Send("pong"), Returns(4));
  EXPECT_THAT(client.Recv(), Receives("pong"));
  EXPECT_EQ(Wire().SentBy("router").Packets().size(), Errors().size());
}

ROUTER_SCENARIO_OF(ErrorQueueStory, IcmpErrorQueue, ConnectUnderWayHasTheMessageInTheQueue,
                   .verdict =
                       "With IP_RECVERR a connect() that draws port unreachable has message and "
                       "ECONNREFUSED in its error queue; reading that empties SO_ERROR.",
                   .source =
                       "commit 45af29ca761c; ip_icmp_error, ipv6_icmp_error, "
                       "sock_dequeue_err_skb",
                   .outdated =
                       "ip(7) has it that TCP has no error queue; since Linux 5.8 a "
                       "connect() under way has one.") {
  Socket client = ClientHost().NewSocket();
  client.Set(ReceiveErrors{});
  const Call polled = RefuseConnect(client);
  EXPECT_EQ(PollEventNames(polled.events), "POLLOUT|POLLERR|POLLHUP");
  EXPECT_THAT(client.RecvError(), Queues(ECONNREFUSED, PortUnreachable()));
  EXPECT_THAT(client.RecvError(), FailsWith(EAGAIN));
  EXPECT_EQ(client.TakeError(), 0) << "sock_dequeue_err_skb has cleared it";
  ExpectRefusalOnWire();
}

ROUTER_SCENARIO_OF(ErrorQueueStory, IcmpErrorQueue, NonBlockingConnectHasTheErrnoInSoError,
                   .verdict =
                       "A non-blocking connect() that draws port unreachable wakes poll() "
                       "with POLLERR; SO_ERROR has ECONNREFUSED, once.",
                   .source = "connect(2), socket(7) SO_ERROR; tcp_v4_err, tcp_v6_err") {
  Socket client = ClientHost().NewSocket();
  const Call polled = RefuseConnect(client);
  EXPECT_EQ(PollEventNames(polled.events), "POLLOUT|POLLERR|POLLHUP");
  EXPECT_EQ(client.TakeError(), ECONNREFUSED);
  EXPECT_EQ(client.TakeError(), 0);
  ExpectRefusalOnWire();
}

ROUTER_SCENARIO_OF(ErrorQueueStory, IcmpErrorQueue, Ipv4QueuesForThoseWhoDidNotAskToo,
                   .verdict =
                       "Without IP_RECVERR a connect() over IPv4 that draws an ICMP error has "
                       "it in its error queue all the same.",
                   .source = "ip_icmp_error, which does not look at IP_RECVERR",
                   .outdated = "ip(7) has it that nothing is queued unless IP_RECVERR is set.",
                   .only = IpFamily::kIpv4) {
  Socket client = ClientHost().NewSocket();
  (void)RefuseConnect(client);
  EXPECT_THAT(client.RecvError(), Queues(ECONNREFUSED, PortUnreachable()));
  ExpectRefusalOnWire();
}

ROUTER_SCENARIO_OF(ErrorQueueStory, IcmpErrorQueue, Ipv6QueuesForThoseWhoAskedOnly,
                   .verdict =
                       "Without IPV6_RECVERR a connect() over IPv6 that draws an ICMP error "
                       "has an empty error queue: EAGAIN.",
                   .source = "ipv6_icmp_error, IPV6_RECVERR in ipv6(7)", .only = IpFamily::kIpv6) {
  Socket client = ClientHost().NewSocket();
  (void)RefuseConnect(client);
  EXPECT_THAT(client.RecvError(), FailsWith(EAGAIN));
  EXPECT_EQ(client.TakeError(), ECONNREFUSED);
  ExpectRefusalOnWire();
}

}  // namespace
}  // namespace halfopen

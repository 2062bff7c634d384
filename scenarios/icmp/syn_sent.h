// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_ICMP_SYN_SENT_H_
#define HALFOPEN_SCENARIOS_ICMP_SYN_SENT_H_

#include "scenarios/icmp/icmp.h"

// What an ICMP error does to a connect(): the same story for every message.
namespace halfopen {

class SynSentStory : public IcmpStory {
 protected:
  // A blocked connect() fails with `error` as soon as the router's message is there, and no more
  // SYN is sent. IP_RECVERR has the message itself besides.
  void ConnectFailsWith(int error, const IcmpMessage& message, std::uint32_t value = 0) {
    Fault lost = RouterHost().Drop(Syns());
    Socket client = ClientHost().NewSocket();
    client.Set(ReceiveErrors{});
    client.Set(SynCount{1});  // it gives up soon if nothing ends it

    PendingCall connect = client.StartConnect(ServerHost());
    AwaitPackets(IsSyn, 1, "SYN");
    const TimePoint told = Tell(LastSegment(), message, value);
    EXPECT_THAT(connect.Wait(), FailsWith(error).AtOnce().Since(told));
    EXPECT_EQ(client.TakeError(), 0) << "connect() has taken it";
    EXPECT_THAT(client.RecvError(), Queues(error, message, value));
    EXPECT_EQ(client.Snapshot().state, TcpState::kClose);

    EXPECT_THAT(Wire(), Shows(R"(
        client >| server  S  0:0(0)
        router > client  icmp told
        quiet 200ms
    )",
                              Bind("told", message)));
  }

  // The message changes nothing: the next SYN goes out when its timer says so, and gets through.
  void ConnectGoesOn(const IcmpMessage& message, std::uint32_t value = 0) {
    Socket listener = ServerHost().Listen();
    Fault lost = RouterHost().Drop(Syns().First(1));
    Socket client = ClientHost().NewSocket();
    client.Set(ReceiveErrors{});

    PendingCall connect = client.StartConnect(ServerHost());
    AwaitPackets(IsSyn, 1, "SYN");
    Tell(LastSegment(), message, value);
    const Duration timeout = SynSchedule().front();
    EXPECT_THAT(connect.Wait(), Returns(0).After(timeout));
    EXPECT_EQ(client.TakeError(), 0);
    EXPECT_THAT(client.RecvError(), FailsWith(EAGAIN));

    EXPECT_THAT(Wire(), Shows(R"(
               client >| server  S   0:0(0)
               router > client  icmp told
        +timeout client > server  S   0:0(0)
               server > client  S.  0:0(0) ack 1
               client > server  .   1:1(0) ack 1
    )",
                              Bind("told", message), Bind("timeout", timeout)));
  }
};

}  // namespace halfopen

// connect() ends with `error` at the family's message TYPE/CODE, which RFCs call `meaning`. Behind
// `where`, the source, may stand what is out of date.
#define CONNECT_FAILS(suite, name, family, type, code, error, meaning, where, ...)                \
  ROUTER_SCENARIO_OF(::halfopen::SynSentStory, suite, name,                                       \
                     .verdict =                                                                   \
                         "A router answers the SYN with " meaning " (" #type "/" #code            \
                         "): connect() fails with " #error " at once, and no SYN is sent again.", \
                     .source = where __VA_OPT__(, .outdated = __VA_ARGS__),                       \
                     .only = ::halfopen::IpFamily::family) {                                      \
    ConnectFailsWith(error, {type, code});                                                        \
  }

#endif  // HALFOPEN_SCENARIOS_ICMP_SYN_SENT_H_

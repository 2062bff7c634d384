// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_ICMP_ESTABLISHED_H_
#define HALFOPEN_SCENARIOS_ICMP_ESTABLISHED_H_

#include "scenarios/icmp/icmp.h"

// What an ICMP error does to an established connection: the same story for every message.
namespace halfopen {

class EstablishedStory : public IcmpStory {
 protected:
  // The router refuses a segment with the message, and loses all that follow: nobody is told until
  // the retransmissions end, and then it is `error`.
  void DataTimesOutWith(int error, const IcmpMessage& message) {
    auto [client, server] = Connect();
    const Duration rto = client.Snapshot().rto;
    const auto schedule = SingleSegmentSchedule(rto, Times().retries2);
    const bool unreachable = message.type == (family() == IpFamily::kIpv4 ? 3 : 1);
    std::optional<Fault> refused;
    if (unreachable) refused = RouterHost().Arm(Refusing(ClientsSegments().First(1), message.code));
    Fault lost = RouterHost().Drop(ClientsSegments());

    const Call sent = client.Send("ping");
    EXPECT_THAT(sent, Returns(4));
    if (!unreachable) Tell(LastSegment(), message);
    ASSERT_THAT(AwaitRetransmission(client, 1), ShowsRetransmissionTimer(1, rto));
    EXPECT_THAT(client.Recv(), FailsWith(error).After(schedule).Since(sent.begin));
    EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

    // By sender: a message of the story's own may come behind a retransmission on a loaded machine.
    EXPECT_THAT(Wire().SentBy("router"), Shows(R"(
        router > client  icmp told
    )",
                                               Bind("told", message)));
    EXPECT_THAT(Wire().SentBy("client"),
                Shows(R"(
                  client >  server  S   0:0(0)
                  client >  server  .   1:1(0) ack 1
                  client >| server  P.  1:5(4) ack 1
        +backoff  client >| server  P.  1:5(4) ack 1  *again
        quiet 200ms
    )",
                      Bind("backoff", WithoutLast(schedule)),
                      Bind("again", static_cast<int>(schedule.size()) - 1)));
  }
};

}  // namespace halfopen

// A connection whose segment draws the family's message TYPE/CODE dies of `error`, not sooner than
// of silence. Behind `where`, the source, may stand what is out of date.
#define TIMES_OUT(suite, name, family, type, code, error, meaning, where, ...)               \
  ROUTER_SCENARIO_OF(::halfopen::EstablishedStory, suite, name,                              \
                     .verdict = "A router answers data with " meaning " (" #type "/" #code   \
                                "): nobody is told until tcp_retries2 ends it, with " #error \
                                " instead of ETIMEDOUT.",                                    \
                     .source = where __VA_OPT__(, .outdated = __VA_ARGS__),                  \
                     .only = ::halfopen::IpFamily::family) {                                 \
    DataTimesOutWith(error, {type, code});                                                   \
  }

#endif  // HALFOPEN_SCENARIOS_ICMP_ESTABLISHED_H_

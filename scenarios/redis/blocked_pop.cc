// SPDX-License-Identifier: GPL-2.0-or-later
// An element that is popped for a client that is no longer there.
//
// A worker waits in BLPOP; its machine vanishes. When a producer pushes, redis pops the element and
// writes it to the worker's socket. write() succeeds: it only hands the bytes to the kernel, which
// retransmits them until the time of tcp_retries2 is over, a quarter of an hour by default. Only
// then read() fails with ETIMEDOUT. Keepalive does not shorten that, for it does not run while data
// is unacknowledged (tcp_keepalive_timer). The element is in no list any more: who must not lose it
// has it moved to a second list at the same time (BLMOVE) until it is done.
#include <sys/socket.h>

#include <cstring>
#include <string>

#include "scenarios/redis/redis.h"
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using testing::Matches;

constexpr char kPop[] = "BLPOP queue 0\r\n";

bool IsServerAckOfPop(const WirePacket& packet) {
  return packet.from == "server" && packet.acknowledgment == 1 + std::strlen(kPop);
}

SCENARIO(RedisBlockedPop, LosesTheElementWithTheClient,
         .verdict =
             "An element that BLPOP hands to a vanished client is lost: write() succeeds, "
             "and read() fails with ETIMEDOUT when tcp_retries2 is over.",
         .source = "write(2); ip-sysctl.rst, tcp_retries2; tcp_keepalive_timer()") {
  constexpr int kRetries = 2;  // for redis wakes each second of a quarter of an hour
  ServerHost().sysctls().Set("net.ipv4.tcp_retries2", kRetries);
  Program redis = RunRedis(ServerHost(), RedisKeepalive(Times()).idle);
  Socket client = ClientHost().NewSocket();
  EXPECT_THAT(client.Connect(ServerHost(), kRedisPort), Succeeds());
  EXPECT_THAT(client.Send(kPop), Returns(15));
  redis.AwaitCall("read", Matches(Receives(kPop)));
  AwaitPackets(IsServerAckOfPop, 1, "BLPOP's acknowledgment");
  const auto schedule = SingleSegmentSchedule(ServerEnd(ServerHost(), client).rto, kRetries);
  Fault dark = ClientHost().Drop(Input().FromPort(kRedisPort).ToPort(client.local().port));

  Socket producer = ClientHost().NewSocket("producer");
  EXPECT_THAT(producer.Connect(ServerHost(), kRedisPort), Succeeds());
  EXPECT_THAT(producer.Send("RPUSH queue job\r\n"), Returns(17));
  EXPECT_THAT(producer.Recv(), Receives(":1\r\n"));
  EXPECT_THAT(producer.Send("LLEN queue\r\n"), Returns(12));
  EXPECT_THAT(producer.Recv(), Receives(":0\r\n"));

  const auto carries_job = [](const Call& call) {
    return call.result == 24 && call.arguments.find("job") != std::string::npos;
  };
  const Call write = redis.AwaitCall("write", carries_job);
  ASSERT_THAT(client.Recv(Socket::kReceiveSize, MSG_DONTWAIT), FailsWith(EAGAIN));
  EXPECT_THAT(redis.AwaitCall("read", Matches(FailsWith(ETIMEDOUT))),
              FailsWith(ETIMEDOUT).After(schedule).Since(write.begin));
  EXPECT_THAT(Wire(client), Shows(R"(
      handshake
                client >  server  P.  1:16(15) ack 1
                server >  client  .   1:1(0) ack 16
                server >| client  P.  1:25(24) ack 16
      +backoff  server >| client  P.  1:25(24) ack 16  *again
      quiet 200ms
  )",
                                  Bind("backoff", WithoutLast(schedule)),
                                  Bind("again", static_cast<int>(schedule.size()) - 1)));
  EXPECT_EQ(ServerEnd(ServerHost(), client).state, TcpState::kClose);
}

}  // namespace
}  // namespace halfopen

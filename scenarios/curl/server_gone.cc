// SPDX-License-Identifier: GPL-2.0-or-later
// A server that vanishes in mid-body: as its process, its kernel or its whole host.
//
// If the process ends, its kernel sends a FIN, and curl misses what Content-Length promised: exit
// code 18, or 52 if it got not a single byte. A RST (the kernel's, for data left unread or
// SO_LINGER 0) fails its recv() with ECONNRESET: 56. If the host is gone nothing comes, and nothing
// that curl has to send asks for an answer. It is saved by its own keepalive: TCP_KEEPIDLE and
// TCP_KEEPINTVL of --keepalive-time, 60 s each unless told otherwise, so that after the namespace's
// tcp_keepalive_probes, ten minutes in all, recv() fails with ETIMEDOUT: 56 again. With
// --no-keepalive it waits for ever.
#include <chrono>
#include <string_view>

#include "scenarios/curl/curl.h"
#include "scenarios/keepalive/probes.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Matches;
using testing::Not;
using testing::StartsWith;

SCENARIO(CurlServerGone, FinInMidBodyIsExitCode18,
         .verdict =
             "A server process that ends in mid-body sends a FIN: curl's recv() returns 0, bytes "
             "are missing, exit code 18.",
         .source = "close(2); RFC 9112 8; curl(1), exit codes") {
  auto [curl, server] = StartDownload(ClientHost(), ServerHost());
  const Call end = Cause("the server ends in mid-body") ? server.Close() : server.Send(kOtherHalf);

  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 18});
  EXPECT_THAT(curl.Calls("recvfrom").back(), EndsStream());
  EXPECT_EQ(curl.output(), "hello");
  EXPECT_THAT(curl.error_output(), StartsWith("curl: (18) "));
  EXPECT_THAT(curl.error_output(), HasSubstr("5 bytes"));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:33(32) ack 1
    ? server > client  .   1:1(0) ack 33
      server > client  P.  1:45(44) ack 33
      client > server  .   33:33(0) ack 45
      server > client  F.  45:45(0) ack 33
    ? client > server  .   33:33(0) ack 46
      client > server  F.  33:33(0) ack 46
      server > client  .   46:46(0) ack 34
      quiet 200ms
  )"));
}

SCENARIO(CurlServerGone, FinBeforeTheResponseIsExitCode52,
         .verdict =
             "A server that closes without a byte of response is an \"Empty reply from server\" to "
             "curl: recv() returns 0, exit code 52.",
         .source = "close(2); curl(1), exit codes") {
  Socket listener = ServerHost().Listen();
  Program curl = RunCurl(ClientHost(), ServerHost());
  Socket server = listener.Accept();
  EXPECT_THAT(server.Recv(), Receives(kRequest));
  if (!Cause("the server ends before its response")) server.Send(kHalfAResponse);
  server.Close();

  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 52});
  EXPECT_THAT(curl.Calls("recvfrom"), testing::ElementsAre(EndsStream()));
  EXPECT_EQ(curl.error_output(), "curl: (52) Empty reply from server\n");

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:33(32) ack 1
    ? server > client  .   1:1(0) ack 33
      server > client  F.  1:1(0) ack 33
    ? client > server  .   33:33(0) ack 2
      client > server  F.  33:33(0) ack 2
      server > client  .   2:2(0) ack 34
      quiet 200ms
  )"));
}

SCENARIO(CurlServerGone, ResetInMidBodyIsExitCode56,
         .verdict =
             "A server that resets the connection in mid-body fails curl's recv() with ECONNRESET: "
             "\"Connection reset by peer\", exit code 56.",
         .source = "RFC 9293 3.10.7.4; socket(7), SO_LINGER; curl(1), exit codes") {
  auto [curl, server] = StartDownload(ClientHost(), ServerHost());
  if (Cause("the server resets the connection")) server.Set(Linger{});
  server.Close();

  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 56});
  EXPECT_THAT(curl.Calls("recvfrom").back(), FailsWith(ECONNRESET));
  EXPECT_EQ(curl.output(), "hello");
  EXPECT_EQ(curl.error_output(), "curl: (56) Recv failure: Connection reset by peer\n");

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:33(32) ack 1
    ? server > client  .   1:1(0) ack 33
      server > client  P.  1:45(44) ack 33
      client > server  .   33:33(0) ack 45
      server > client  R.  45:45(0) ack 33
      quiet 200ms
  )"));
}

// A keepalive probe of curl's, behind its request.
bool IsCurlsProbe(const WirePacket& packet) {
  return packet.from == "client" && packet.packet.flags == kAck && packet.sequence == 32;
}

// The value of a socket option that a program has set, or what counts if it has not.
int OptionOf(const Program& program, const std::string& option, int otherwise) {
  for (const Call& call : program.Calls("setsockopt")) {
    const auto at = call.arguments.find(option + ", [");
    if (at != std::string::npos) return std::stoi(call.arguments.substr(at + option.size() + 3));
  }
  return otherwise;
}

// curl's keepalive: a second is the shortest that it can be told, a minute is what it takes by
// itself.
struct CurlsKeepalive {
  std::vector<std::string> options;
  std::chrono::seconds time;
};
CurlsKeepalive KeepaliveOf(Profile profile) {
  if (profile == Profile::kDefault) return {{}, std::chrono::seconds(60)};
  return {{"--keepalive-time", "1"}, std::chrono::seconds(1)};
}

SCENARIO(CurlServerGone, KeepaliveTimeBoundsTheWaitForADarkHost,
         .verdict =
             "A server host gone in mid-body is found dead by curl's keepalive (60 s, then 60 s a "
             "probe, or --keepalive-time): recv() = -1 ETIMEDOUT, exit code 56.",
         .source = "curl(1), --keepalive-time; tcp(7), TCP_KEEPIDLE; tcp_keepalive_timer()") {
  const auto [options, time] = KeepaliveOf(profile());
  constexpr int kProbes = 3;  // for curl wakes each second until then
  ClientHost().sysctls().Set("net.ipv4.tcp_keepalive_probes", kProbes);
  const Counters before = CountersOf(ClientHost());
  auto [curl, server] = StartDownload(ClientHost(), ServerHost(), options);
  EXPECT_EQ(OptionOf(curl, "TCP_KEEPIDLE", 0), time.count());
  EXPECT_EQ(OptionOf(curl, "TCP_KEEPINTVL", 0), time.count());
  const Keepalive ka{time, time, OptionOf(curl, "TCP_KEEPCNT", kProbes)};  // set by curl since 8.9
  const TimePoint heard = ArrivalOf(44, Wire());
  Fault dark = ServerHost().Drop(Input().From(ClientHost().address()).ToPort(80));

  AwaitPackets(IsCurlsProbe, 1, "keepalive probe");
  ASSERT_THAT(AwaitKeepaliveTimer(ClientHost(), server.remote(), server.local()),
              ShowsKeepaliveTimer(1));
  EXPECT_THAT(curl.AwaitCall("recvfrom", Matches(FailsWith(ETIMEDOUT))),
              FailsWith(ETIMEDOUT).After(ScheduleOf(ka)).Since(heard));
  EXPECT_TRUE(ProbesAfterIdle(ka.idle, heard, IsCurlsProbe, Wire()));
  EXPECT_EQ(curl.Wait(), ExitStatus{.code = 56});
  EXPECT_EQ(curl.error_output(), "curl: (56) Recv failure: Connection timed out\n");
  EXPECT_THAT(CountersOf(ClientHost()).Since(before), CountExpiryAfter(ka.probes));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
             client >  server  P.  1:33(32) ack 1
    ?        server >  client  .   1:1(0) ack 33
             server >  client  P.  1:45(44) ack 33
             client >  server  .   33:33(0) ack 45
             client >| server  .   32:32(0) ack 45
      +time  client >| server  .   32:32(0) ack 45  *more
      +time  client >| server  R.  33:33(0) ack 45
      quiet 200ms
  )",
                            Bind("time", ka.interval), Bind("more", ka.probes - 1)));
  EXPECT_EQ(server.Snapshot().state, TcpState::kEstablished);
}

SCENARIO(CurlServerGone, WithoutKeepaliveItWaitsForEver,
         .verdict =
             "curl --no-keepalive never learns that the server's host is gone in mid-body: it "
             "polls an ESTABLISHED socket without a timer, and sends nothing.",
         .source = "RFC 9293 3.5.1, 3.8.4; curl(1), --no-keepalive") {
  const Duration two_probes = KeepaliveOf(profile()).time * 2;  // that do not come
  auto [curl, server] = StartDownload(ClientHost(), ServerHost(), {"--no-keepalive"});
  EXPECT_THAT(curl.Calls("setsockopt"), AllOf(Not(IsEmpty()), Not(Contains(Says("SO_KEEPALIVE")))));
  const Endpoint here = server.remote(), there = server.local();
  Fault dark = ClientHost().Drop(Input().From(ServerHost().address()).FromPort(80));

  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      client > server  P.  1:33(32) ack 1
    ? server > client  .   1:1(0) ack 33
      server > client  P.  1:45(44) ack 33
      client > server  .   33:33(0) ack 45
      quiet two_probes
  )",
                            Bind("two_probes", two_probes)));
  server.Close();
  AwaitPackets(IsFin, 1, "the server's FIN");
  const auto left = ClientHost().Diagnose(here, there).value_or(SocketSnapshot{});
  EXPECT_EQ(left.state, TcpState::kEstablished);
  EXPECT_EQ(left.timer, TimerKind::kOff);
  EXPECT_TRUE(curl.AwaitBegun("poll").made);
}

}  // namespace
}  // namespace halfopen

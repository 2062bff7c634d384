// SPDX-License-Identifier: GPL-2.0-or-later
// What acknowledgments tell of a loss: selective ones, duplicate ones, lost ones.
//
// A segment that is lost among others leaves a hole, and each segment behind it is answered at once
// with the hole's number and a SACK block (RFC 2018). With the third one the sender holds the hole
// for lost (tcp_rack_mark_lost, RFC 8985) and fills it without any timer. An acknowledgment that is
// lost looks like lost data: the sender repeats what has arrived, and the receiver's answer says so
// in a D-SACK, a SACK block below its acknowledgment (RFC 2883). The application reads it once.
#include "scenarios/retransmission/retransmission.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::IsSupersetOf;
using testing::Key;
using testing::Not;
using testing::Pair;

SCENARIO(LostSegment, SelectiveAcknowledgmentsRepairALossAmongOthers,
         .verdict =
             "A segment lost among others is sent again as soon as three behind it are "
             "acknowledged selectively, without any timer; no call fails.",
         .source = "RFC 2018, RFC 8985 6; tcp_rack_mark_lost, tcp_sacktag_write_queue") {
  constexpr std::size_t kSegment = 988;  // TCP_MAXSEG less the timestamps
  auto [client, server] = Connect(MaxSegment{1000});
  const Counters before = CountersOf(ClientHost());
  Fault lossy = ServerHost().Drop(
      Input().ToPort(80).Length(Comparison::kGreater, static_cast<std::uint32_t>(kSegment)).Nth(2));

  EXPECT_THAT(client.Send(std::string(5 * kSegment, 'x')), Returns(5 * kSegment));
  client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; },
               "all is acknowledged");
  EXPECT_THAT(server.Recv(10 * kSegment), Receives(std::string(5 * kSegment, 'x')));

  EXPECT_THAT(Wire().SentBy("client"), Shows(R"(
      client >  server  S   0:0(0)
      client >  server  .   1:1(0) ack 1
      client >  server  .   1:989(988) ack 1
      client >| server  .   989:1977(988) ack 1
      client >  server  .   1977:2965(988) ack 1
      client >  server  .   2965:3953(988) ack 1
      client >  server  P.  3953:4941(988) ack 1
      client >  server  .   989:1977(988) ack 1
      quiet 200ms
  )"));
  EXPECT_THAT(Wire().SentBy("server"), Shows(R"(
      server > client  S.  0:0(0) ack 1
      server > client  .   1:1(0) ack 989   <TS>
      server > client  .   1:1(0) ack 989   <TS,sack 1977:2965>
      server > client  .   1:1(0) ack 989   <TS,sack 1977:3953>
      server > client  .   1:1(0) ack 989   <TS,sack 1977:4941>
      server > client  .   1:1(0) ack 4941  <TS>
  )"));
  EXPECT_THAT(
      CountersOf(ClientHost()).Since(before),
      AllOf(IsSupersetOf({Pair("TcpExt.TCPSackRecovery", 1), Pair("TcpExt.TCPFastRetrans", 1),
                          Pair("Tcp.RetransSegs", 1)}),
            Not(Contains(Key("TcpExt.TCPTimeouts"))), Not(Contains(Key("TcpExt.TCPLossProbes")))));
}

// Sends what arrives, and whose acknowledgment does not.
void SendUnacknowledged(Socket& client, Socket& server) {
  EXPECT_THAT(client.Send("ping"), Returns(4));
  EXPECT_THAT(server.Recv(), Receives("ping"));
  client.Await([](const SocketSnapshot& now) { return now.send_queue == 0; },
               "all is acknowledged");
  EXPECT_THAT(server.Recv(Socket::kReceiveSize, MSG_DONTWAIT), FailsWith(EAGAIN));
}

// +rto.
constexpr char kRepeatedInVain[] = R"(
          handshake
          client >  server  P.  1:5(4) ack 1
          server >| client  .   1:1(0) ack 5  <TS>
    +rto  client >  server  P.  1:5(4) ack 1
          server >  client  .   1:1(0) ack 5  <TS,sack 1:5>
    quiet 200ms
)";

SCENARIO(LostAcknowledgment, LossProbeIsAnsweredWithDsack,
         .verdict =
             "A lost acknowledgment makes the sender repeat what has arrived; the receiver "
             "answers with a D-SACK, and the application reads the data once.",
         .source = "RFC 2883 4; tcp_send_dupack, tcp_process_tlp_ack") {
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Counters servers_before = CountersOf(ServerHost());
  const Duration rto = client.Snapshot().rto;
  Fault lossy = ClientHost().Drop(Input().FromPort(80).First(1));

  SendUnacknowledged(client, server);

  EXPECT_THAT(Wire(), Shows(kRepeatedInVain, Bind("rto", rto)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              IsSupersetOf({Pair("TcpExt.TCPLossProbes", 1), Pair("TcpExt.TCPDSACKRecv", 1)}));
  EXPECT_THAT(CountersOf(ServerHost()).Since(servers_before),
              Contains(Pair("TcpExt.TCPDSACKOldSent", 1)));
}

SCENARIO(LostAcknowledgment, SpuriousTimeoutIsUndoneByDsack,
         .verdict =
             "A retransmission timeout whose only fault was a lost acknowledgment is undone "
             "when the D-SACK comes: the congestion window is as before.",
         .source = "RFC 2883 4; tcp_try_undo_loss") {
  ClientHost().sysctls().Set("net.ipv4.tcp_early_retrans", 0);
  auto [client, server] = Connect();
  const Counters before = CountersOf(ClientHost());
  const Duration rto = client.Snapshot().rto;
  Fault lossy = ClientHost().Drop(Input().FromPort(80).First(1));

  SendUnacknowledged(client, server);

  EXPECT_THAT(Wire(), Shows(kRepeatedInVain, Bind("rto", rto)));
  EXPECT_THAT(CountersOf(ClientHost()).Since(before),
              IsSupersetOf({Pair("TcpExt.TCPTimeouts", 1), Pair("TcpExt.TCPDSACKRecv", 1),
                            Pair("TcpExt.TCPLossUndo", 1)}));
}

}  // namespace
}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// After the RST: what the application of the reset end sees, and goes on seeing.
//
// In CLOSE-WAIT the RST leaves EPIPE as the socket's error (tcp_reset, net/ipv4/tcp_input.c). Both
// directions are shut down by then, so every write fails with EPIPE, error or no error
// (sk_stream_error, net/core/stream.c), and raises SIGPIPE unless MSG_NOSIGNAL was given (send(2)).
// A read returns 0 as it did since the FIN (SOCK_DONE, tcp_recvmsg_locked in net/ipv4/tcp.c): who
// only reads never learns of the reset. poll(2) and SO_ERROR do tell.
#include <poll.h>

#include "scenarios/rst_after_fin/steps.h"

namespace halfopen {
namespace {

using testing::Contains;
using testing::Pair;

SCENARIO(
    RstAfterFin, EveryLaterWriteFailsAndReadsEnd,
    .verdict = "After RST in CLOSE-WAIT every write fails with EPIPE and every read returns 0.",
    .source = "send(2); tcp_reset(), sk_stream_error()") {
  auto [client, server] = Connect();
  const Counters client_before = CountersOf(ClientHost());
  const Counters server_before = CountersOf(ServerHost());

  if (Cause("the server closes")) server.Close();
  AwaitHalfClosed(client, server);
  ExpectSecondWriteFailsWithEpipe(client);

  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));
  EXPECT_THAT(client.Recv(), EndsStream());

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
  EXPECT_THAT(CountersOf(ClientHost()).Since(client_before), Contains(Pair("Tcp.EstabResets", 1)));
  EXPECT_THAT(CountersOf(ServerHost()).Since(server_before), CountOneReset(0));
}

SCENARIO(RstAfterFin, ReadingHidesTheReset,
         .verdict =
             "Who only reads never learns of a RST that came after a FIN: recv() returns 0; poll() "
             "and SO_ERROR tell EPIPE.",
         .source = "tcp_recvmsg_locked(), tcp_poll()") {
  auto [client, server] = Connect();

  if (Cause("the server closes")) server.Close();
  AwaitHalfClosed(client, server);
  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_THAT(client.Send("ping"), Returns(4));
  client.Await(TcpState::kClose);

  EXPECT_THAT(client.Recv(), EndsStream());
  EXPECT_EQ(PollEventNames(client.Poll(POLLIN).events), "POLLIN|POLLERR|POLLHUP");
  EXPECT_EQ(client.TakeError(), EPIPE) << "the read took the error away";
  EXPECT_EQ(PollEventNames(client.Poll(POLLIN).events), "POLLIN|POLLHUP");
  EXPECT_THAT(client.Send("ping"), FailsWith(EPIPE));

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
}

SCENARIO(
    RstAfterFin, WriteWithoutNosignalDiesOfSigpipe,
    .verdict =
        "The write that fails with EPIPE kills the process by SIGPIPE unless it said MSG_NOSIGNAL.",
    .source = "send(2); sk_stream_error()") {
  auto [client, server] = Connect();

  if (Cause("the server closes")) server.Close();
  AwaitHalfClosed(client, server);
  EXPECT_EQ(client.WriteInChild("ping"), 0) << "the first write after the FIN is a good one";
  client.Await(TcpState::kClose);
  EXPECT_EQ(client.WriteInChild("ping"), SIGPIPE);
  EXPECT_EQ(client.WriteInChild("ping"), SIGPIPE);

  EXPECT_THAT(Wire(), Shows(kFinThenReset));
}

}  // namespace
}  // namespace halfopen

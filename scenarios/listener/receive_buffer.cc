// SPDX-License-Identifier: GPL-2.0-or-later
// SO_RCVBUF and the window scale, which is told once: in the SYN or SYN-ACK (RFC 7323, 2.2).
//
// The kernel picks a scale with which the largest buffer that the socket may ever get can be
// announced (tcp_select_initial_window, net/ipv4/tcp_output.c). SO_RCVBUF fixes the buffer, so on a
// listener it decides the scale of every connection; on an accepted socket it is too late (tcp(7),
// "must be set before calling listen(2)").
#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

// The scale that a host announced last, of its SYN or SYN-ACK.
int AnnouncedScale(const WireView& wire) {
  int scale = -1;
  for (const WirePacket& packet : wire.Packets()) {
    for (const TcpOption& option : packet.packet.options) {
      if (option.kind == kOptionWindowScale) scale = option.data.at(0);
    }
  }
  return scale;
}

SCENARIO(ReceiveBuffer, BeforeListenDecidesTheWindowScale,
         .verdict =
             "A small SO_RCVBUF on the listener: its SYN-ACKs announce window scale 0, and "
             "no window above 64 KiB is ever possible.",
         .source = "tcp(7), window scaling; RFC 7323 2.2; tcp_select_initial_window") {
  Socket listener = SocketWith(ServerHost(), "server", ReuseAddress{});
  if (Cause("SO_RCVBUF")) {
    EXPECT_THAT(listener.Set(ReceiveBuffer{16384}), Returns(0));
  }
  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  Socket server = listener.Accept("server");
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1 <mss,sackOK,TS,wscale 0>
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
  EXPECT_EQ(server.GetOption(SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF"), 2 * 16384);
}

SCENARIO(ReceiveBuffer, OnAnAcceptedSocketIsTooLateForTheScale,
         .verdict =
             "SO_RCVBUF on an accepted socket changes its buffer, but the window scale was "
             "told in the SYN-ACK and stays.",
         .source = "tcp(7), window scaling; RFC 7323 2.2; tcp_select_initial_window") {
  Socket listener = SocketWith(ServerHost(), "server", ReuseAddress{});
  if (!Cause("SO_RCVBUF comes after the handshake")) listener.Set(ReceiveBuffer{16384});
  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  Socket server = listener.Accept("server");
  EXPECT_THAT(server.Set(ReceiveBuffer{16384}), Returns(0));

  EXPECT_EQ(server.GetOption(SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF"), 2 * 16384);
  ASSERT_GT(AnnouncedScale(Wire().SentBy("server")), 0);
  EXPECT_THAT(Wire(), Shows(R"(
      client > server  S   0:0(0)
      server > client  S.  0:0(0) ack 1 <mss,sackOK,TS,wscale>
      client > server  .   1:1(0) ack 1
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

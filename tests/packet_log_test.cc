// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/packet_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "netns/error.h"
#include "netns/nft_table.h"
#include "tests/nft_test_kernel.h"

namespace halfopen {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class PacketLogTest : public NamespaceTest {};

TEST_F(PacketLogTest, DeliversEachPacketHitWithItsPrefixAndHook) {
  RuleTable table(where());
  PacketLog log(where(), 5);
  EXPECT_THAT(log.Read(), IsEmpty());
  const Rule udp = Rule().OfProtocol(Protocol::kUdp);
  (void)table.Add(udp.Family(IpFamily::kIpv4).Log(5, "halfopen 1").Drop());
  (void)table.Add(Rule(Hook::kOutput)
                      .OfProtocol(Protocol::kUdp)
                      .Family(IpFamily::kIpv6)
                      .Log(5, "halfopen 2")
                      .Drop());

  SendUdp(IpFamily::kIpv4, 10);
  pollfd readable = {.fd = log.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&readable, 1, 0), 1);
  std::vector<LoggedPacket> packets = log.Read();
  ASSERT_THAT(packets, SizeIs(1));
  EXPECT_EQ(packets[0].prefix, "halfopen 1");
  EXPECT_EQ(packets[0].hook, Hook::kInput);
  ASSERT_THAT(packets[0].bytes, SizeIs(20 + 8 + 10));
  EXPECT_EQ(packets[0].bytes[0], 0x45);
  EXPECT_EQ(packets[0].bytes[9], IPPROTO_UDP);
  EXPECT_EQ(packets[0].bytes.back(), 'x');

  // A drop in the output hook is an error of sendto(2), so the datagram's fate is not checked.
  const Endpoint to{IpAddress::Parse("::1"), 9};
  sockaddr_storage storage;
  const socklen_t length = to.ToSockaddr(storage);
  const Fd fd = Open(IpFamily::kIpv6, SOCK_DGRAM);
  (void)sendto(fd.get(), "xyz", 3, 0, reinterpret_cast<sockaddr*>(&storage), length);
  packets = log.Read();
  ASSERT_THAT(packets, SizeIs(1));
  EXPECT_EQ(packets[0].prefix, "halfopen 2");
  EXPECT_EQ(packets[0].hook, Hook::kOutput);
  ASSERT_THAT(packets[0].bytes, SizeIs(40 + 8 + 3));
  EXPECT_EQ(packets[0].bytes[0] >> 4, 6);
  EXPECT_EQ(log.lost(), 0u);
}

TEST_F(PacketLogTest, KeepsToItsGroupAndRange) {
  RuleTable table(where());
  PacketLog log(where(), 5, 64);
  PacketLog other(where(), 6);
  (void)table.Add(Rule().OfProtocol(Protocol::kUdp).Log(5, "").Drop());
  SendUdp(IpFamily::kIpv4, 1000);
  EXPECT_THAT(other.Read(), IsEmpty());
  const std::vector<LoggedPacket> packets = log.Read();
  ASSERT_THAT(packets, SizeIs(1));
  EXPECT_EQ(packets[0].prefix, "");
  EXPECT_THAT(packets[0].bytes, SizeIs(64));
}

TEST_F(PacketLogTest, CountsAsManyAsTheRule) {
  RuleTable table(where());
  PacketLog log(where(), 5);
  const RuleHandle handle = table.Add(Rule().OfProtocol(Protocol::kUdp).First(3).Log(5, "").Drop());
  for (int i = 0; i < 5; ++i) SendUdp(IpFamily::kIpv4, 1);
  EXPECT_EQ(log.Read().size(), table.Remove(handle).packets);
}

TEST_F(PacketLogTest, TellsHowManyPacketsItLost) {
  RuleTable table(where());
  PacketLog log(where(), 5);
  constexpr int kSmall = 2048;
  ASSERT_EQ(setsockopt(log.fd(), SOL_SOCKET, SO_RCVBUF, &kSmall, sizeof kSmall), 0);
  (void)table.Add(Rule().OfProtocol(Protocol::kUdp).Log(5, "").Drop());
  constexpr std::size_t kSent = 200;
  for (std::size_t i = 0; i < kSent; ++i) SendUdp(IpFamily::kIpv4, 1);
  std::size_t delivered = log.Read().size();
  EXPECT_LT(delivered, kSent);
  EXPECT_GT(log.lost(), 0u);
  SendUdp(IpFamily::kIpv4, 1);
  delivered += log.Read().size();
  EXPECT_EQ(log.lost(), kSent + 1 - delivered);
}

TEST_F(PacketLogTest, HasOneReaderPerGroup) {
  const PacketLog log(where(), 5);
  try {
    const PacketLog second(where(), 5);
    ADD_FAILURE() << "a second reader took the group";
  } catch (const EnvironmentError& error) {
    EXPECT_EQ(error.error(), EPERM);  // nfulnl_recv_config() of the kernel
  }
}

}  // namespace
}  // namespace halfopen

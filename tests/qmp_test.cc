// SPDX-License-Identifier: GPL-2.0-or-later
// QEMU's monitor as this test plays it: every answer is there before it is asked for.
#include "harness/venue/qmp.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "netns/clock.h"
#include "netns/error.h"

namespace halfopen {
namespace {

using testing::HasSubstr;

class QmpTest : public testing::Test {
 protected:
  QmpTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()), 0);
    monitor_.Reset(ends_[1]);
  }
  // The client, with a patience that is over at once: whatever is not there yet is late.
  Qmp Client() { return {Fd(ends_[0]), {Clock::now(), interrupt_.get()}}; }
  void Say(std::string_view text) {
    EXPECT_EQ(write(monitor_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string Heard() {
    std::array<char, 4096> buffer;
    const ssize_t n = recv(monitor_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return {buffer.data(), static_cast<std::size_t>(n < 0 ? 0 : n)};
  }
  static std::string Refusal(int error, const std::function<void()>& act) {
    try {
      act();
    } catch (const EnvironmentError& refusal) {
      EXPECT_EQ(refusal.error(), error) << refusal.what();
      return refusal.what();
    }
    ADD_FAILURE() << "it was not refused";
    return {};
  }

  std::array<int, 2> ends_{};
  Fd monitor_;
  Fd interrupt_{eventfd(0, EFD_CLOEXEC)};
};

TEST_F(QmpTest, GreetsAndExecutes) {
  Qmp qmp = Client();
  Say("{\"QMP\": {}}\r\n{\"return\": {}}\r\n{\"return\": {\"status\": \"completed\"}}\r\n");
  qmp.Negotiate();
  EXPECT_EQ(qmp.Execute("query-migrate")["status"], "completed");
  EXPECT_EQ(Heard(),
            "{\"arguments\":{},\"execute\":\"qmp_capabilities\"}"
            "{\"arguments\":{},\"execute\":\"query-migrate\"}");
}

TEST_F(QmpTest, EventBeforeTheReturnIsNotLost) {
  Qmp qmp = Client();
  Say("{\"event\": \"RESUME\"}\n{\"event\": \"STOP\"}\n{\"return\": 1}\n");
  EXPECT_EQ(qmp.Execute("cont"), 1);
  qmp.AwaitEvent("STOP");
}

TEST_F(QmpTest, MigrationIsFollowedToItsEnd) {
  Qmp qmp = Client();
  Say("{\"event\": \"MIGRATION\"}\n{\"return\": {\"status\": \"active\"}}\n"
      "{\"event\": \"MIGRATION\"}\n{\"return\": {\"status\": \"completed\"}}\n");
  qmp.AwaitMigration();
  Say("{\"event\": \"MIGRATION\"}\n{\"return\": {\"status\": \"failed\"}}\n");
  EXPECT_THAT(Refusal(0, [&] { qmp.AwaitMigration(); }), HasSubstr("it failed"));
}

TEST_F(QmpTest, DescriptorIsPassed) {
  Qmp qmp = Client();
  Say("{\"return\": {}}\n");
  const Fd passed(open("/dev/null", O_RDONLY | O_CLOEXEC));
  qmp.PassDescriptor("state", passed.get());
  std::array<char, 256> text{};
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ASSERT_GT(recvmsg(monitor_.get(), &message, MSG_CMSG_CLOEXEC), 0);
  EXPECT_THAT(text.data(), HasSubstr("\"fdname\":\"state\""));
  ASSERT_NE(CMSG_FIRSTHDR(&message), nullptr);
  const Fd received(*reinterpret_cast<int*>(CMSG_DATA(CMSG_FIRSTHDR(&message))));
  EXPECT_GE(fcntl(received.get(), F_GETFD), 0);
}

TEST_F(QmpTest, RefusalIsToldInItsWords) {
  Qmp qmp = Client();
  Say("{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such device\"}}\n");
  EXPECT_EQ(Refusal(0, [&] { qmp.Execute("cont"); }), "QEMU cont: no such device");
  Say("{\"error\": 7}\n");
  EXPECT_EQ(Refusal(0, [&] { qmp.Execute("cont"); }), "QEMU cont: refused");
}

TEST_F(QmpTest, SilenceEnds) {
  Qmp qmp = Client();
  Refusal(ETIMEDOUT, [&] { qmp.AwaitEvent("STOP"); });
  Say("{\"event\": \"ST");
  Refusal(ETIMEDOUT, [&] { qmp.AwaitEvent("STOP"); });
  Say("OP\"}\n");
  qmp.AwaitEvent("STOP");
}

TEST_F(QmpTest, InterruptEndsTheWaiting) {
  Qmp qmp{Fd(ends_[0]), {Clock::now() + std::chrono::hours(1), interrupt_.get()}};
  eventfd_write(interrupt_.get(), 1);
  Refusal(EINTR, [&] { qmp.AwaitEvent("STOP"); });
}

TEST_F(QmpTest, EndOfQemuIsTold) {
  Qmp qmp = Client();
  monitor_.Reset();
  EXPECT_THAT(Refusal(EPIPE, [&] { qmp.AwaitEvent("STOP"); }), HasSubstr("QEMU has ended"));
  Refusal(EPIPE, [&] { qmp.Execute("cont"); });
}

TEST_F(QmpTest, NoiseIsRefused) {
  Qmp qmp = Client();
  Say("what?\n");
  Refusal(EPROTO, [&] { qmp.AwaitEvent("STOP"); });
  Say("[1, 2]\n");
  Refusal(EPROTO, [&] { qmp.AwaitEvent("STOP"); });
  Say("{\"event\": [1]}\n{\"event\": \"STOP\"}\n");
  qmp.AwaitEvent("STOP");
}

}  // namespace
}  // namespace halfopen

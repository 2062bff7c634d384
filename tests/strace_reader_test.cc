// SPDX-License-Identifier: GPL-2.0-or-later
// A program's calls, made of strace's lines as they come.
#include "fixtures/strace_reader.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <random>
#include <string>
#include <vector>

#include "tests/told_calls.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::Field;
using testing::IsEmpty;

// Two threads and a child, one call of each form.
constexpr char kStraceLog[] =
    R"(7     100.000000001 execve("/usr/bin/nc", ["nc"], 0x7ffd /* 4 vars */) = 0 <0.000000100>
7     100.100000000 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 4<TCP:[17]> <0.000000010>
7     100.150000000 write(1, "4<TCP:[17]>", 11) = 11 <0.000000010>
7     100.200000000 connect(4<TCP:[17]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.0.0.2")}, 16 <unfinished ...>
8     100.300000000 read(5<TCP:[10.0.0.1:4000->10.0.0.2:81]>,  <unfinished ...>
7     100.400000000 <... connect resumed>) = -1 ECONNREFUSED (Connection refused) <0.200000000>
9     100.450000000 epoll_wait(6, [], 8, 100) = 0 <0.100000000>
8     100.500000000 <... read resumed>"h\"i\n", 4096) = 4 <0.200000000>
8     100.600000000 recvmsg(5<TCP:[10.0.0.1:4000->10.0.0.2:81]>, {msg_name=NULL, msg_iov=[{iov_base="ab", iov_len=2}, {iov_base="c", iov_len=9}], msg_iovlen=2}, 0) = 3 <0.000000001>
8     100.650000000 recvfrom(5<TCP:[10.0.0.1:4000->10.0.0.2:81]>, NULL, 9, MSG_TRUNC, {sin_addr=inet_addr("10.0.0.2")}, [16]) = 9 <0.000000001>
8     100.700000000 read(5<TCP:[10.0.0.1:4000->10.0.0.2:81]>,  <unfinished ...>
9     100.800000000 +++ exited with 0 +++
7     100.900000000 exit_group(1) = ?
8     100.900000001 <... read resumed> <unfinished ...>) = ?
8     100.900000002 +++ exited with 1 +++
7     100.900000003 +++ exited with 1 +++
)";

const std::vector<std::string> kCallsInLog = {
    "client nc: socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 4<TCP:[17]>",
    ("client nc: connect(4<TCP:[17]>, {sa_family=AF_INET, sin_port=htons(80), "
     "sin_addr=inet_addr(\"10.0.0.2\")}, 16) = -1 ECONNREFUSED (Connection refused)"),
    "client nc[9]: epoll_wait(6, [], 8, 100) = 0",
    "client nc[8]: read(5<TCP:[10.0.0.1:4000->10.0.0.2:81]>, \"h\\\"i\\n\", 4096) = 4",
    ("client nc[8]: recvmsg(5<TCP:[10.0.0.1:4000->10.0.0.2:81]>, {msg_name=NULL, "
     "msg_iov=[{iov_base=\"ab\", iov_len=2}, {iov_base=\"c\", iov_len=9}], msg_iovlen=2}, 0) = 3"),
    ("client nc[8]: recvfrom(5<TCP:[10.0.0.1:4000->10.0.0.2:81]>, NULL, 9, MSG_TRUNC, "
     "{sin_addr=inet_addr(\"10.0.0.2\")}, [16]) = 9"),
};

TEST(StraceReader, TellsTheCallsOnTheNetworkOfEveryThread) {
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  reader.Feed(kStraceLog, Duration(0));
  EXPECT_THAT(told.Texts(), ElementsAreArray(kCallsInLog));
  EXPECT_THAT(told.started, ElementsAre(7));
  EXPECT_THAT(told.ends, ElementsAre("exited with 0", "exited with 1", "exited with 1"));
  ASSERT_EQ(told.ended.size(), 6U);
  EXPECT_EQ(told.ended[1].error, ECONNREFUSED);
  EXPECT_EQ(told.ended[1].thread, 7);
  EXPECT_EQ(told.ended[3].data, "h\"i\n");
  EXPECT_EQ(told.ended[4].data, "abc");
  EXPECT_EQ(told.ended[5].data, "");
}

TEST(StraceReader, TimesAreMonotonic) {
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  reader.Feed(kStraceLog, -std::chrono::seconds(99));
  const Call& connect = told.ended.at(1);
  EXPECT_EQ(connect.begin, TimePoint(std::chrono::milliseconds(1200)));
  EXPECT_EQ(connect.Elapsed(), std::chrono::milliseconds(200));
}

TEST(StraceReader, WhereverItIsCutTheCallsAreTheSame) {
  const std::string_view log = kStraceLog;
  for (std::size_t cut = 0; cut <= log.size(); ++cut) {
    ToldCalls told;
    StraceReader reader("client", "nc", told);
    reader.Feed(log.substr(0, cut), Duration(0));
    reader.Feed(log.substr(cut), Duration(0));
    ASSERT_THAT(told.Texts(), ElementsAreArray(kCallsInLog)) << "cut at " << cut;
    ASSERT_EQ(told.begun.size(), kCallsInLog.size() + 1) << "the last read() never ends";
  }
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  for (const char byte : log) reader.Feed({&byte, 1}, Duration(0));
  EXPECT_THAT(told.Texts(), ElementsAreArray(kCallsInLog));
}

// A descriptor that is only partly there is not told; nor is a string.
TEST(StraceReader, WhatHasBegunIsToldBeforeItsLineEnds) {
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  reader.Feed("7 100.000000000 execve(\"/usr/bin/nc\", [\"nc\"], 0x7ffd) = 0 <0.000000001>\n", {});
  reader.Feed("7 100.000000001 poll([{fd=0, events=POLLIN}, {fd=4<TCP:[10.0", Duration(0));
  EXPECT_THAT(told.begun, IsEmpty());
  reader.Feed(".0.1:4000->10.0.0.2:80]>, events=POLLIN}], 2, -1", Duration(0));
  ASSERT_EQ(told.begun.size(), 1U);
  EXPECT_EQ(BeginText(told.begun[0]),
            "client nc: poll([{fd=0, events=POLLIN}, {fd=4<TCP:[10.0.0.1:4000->10.0.0.2:80]>, "
            "events=POLLIN}], 2, -1)");
  EXPECT_THAT(told.ended, IsEmpty());
  reader.Feed(") = 1 ([{fd=4<TCP:[1]>, revents=POLLIN}]) <1.000000000>\n", Duration(0));
  EXPECT_THAT(told.ended,
              ElementsAre(AllOf(Field(&Call::id, told.begun[0].id), Field(&Call::result, 1),
                                Field(&Call::note, "([{fd=4<TCP:[1]>, revents=POLLIN}])"))));
}

TEST(StraceReader, AThreadThatExecutesAnotherProgramForgetsItsCall) {
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  reader.Feed(
      "7 100.000000001 read(4<TCP:[1]>,  <unfinished ...>\n"
      "8 100.000000002 execve(\"/bin/nc\", [\"nc\"], 0x1 <pid changed to 7 ...>\n"
      "7 100.000000003 +++ superseded by execve in pid 8 +++\n"
      "7 100.000000002 <... execve resumed>) = 0 <0.000000001>\n"
      "7 100.000000005 read(5<TCP:[2]>, \"x\", 1) = 1 <0.000000001>\n",
      Duration(0));
  ASSERT_EQ(told.ended.size(), 1U);
  EXPECT_EQ(told.ended[0].arguments, "5<TCP:[2]>, \"x\", 1");
  EXPECT_EQ(told.begun.size(), 2U);
}

TEST(StraceReader, SurvivesNoise) {
  std::mt19937 random(1);
  const std::string_view log = kStraceLog;
  for (int round = 0; round < 2000; ++round) {
    ToldCalls told;
    StraceReader reader("client", "nc", told);
    std::string noisy(log);
    for (unsigned changes = random() % 40; changes != 0; --changes) {
      switch (random() % 3) {
        case 0:
          noisy[random() % noisy.size()] = static_cast<char>(random());
          break;
        case 1:
          noisy.erase(random() % noisy.size(), random() % 50);
          break;
        default:
          noisy.insert(random() % noisy.size(), noisy.substr(random() % noisy.size(), 50));
      }
    }
    for (std::size_t at = 0; at < noisy.size();) {
      const std::size_t size = 1 + random() % 300;
      reader.Feed(std::string_view(noisy).substr(at, size), Duration(0));
      at += size;
    }
  }
}

// Where strace ends before all threads have, they go on without it.
TEST(StraceReader, KnowsWhetherAllThreadsHaveEnded) {
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  EXPECT_TRUE(reader.all_ended());
  reader.Feed("7 100.000000001 close(1) = 0 <0.000000001>\n", Duration(0));
  reader.Feed("8 100.000000002 close(1) = 0 <0.000000001>\n", Duration(0));
  EXPECT_FALSE(reader.all_ended());
  // Thread 8 has called execve(2) and is 7 from here on.
  reader.Feed("7 100.000000003 +++ superseded by execve in pid 8 +++\n", Duration(0));
  EXPECT_FALSE(reader.all_ended());
  reader.Feed("7 100.000000004 +++ exited with 0 +++\n", Duration(0));
  EXPECT_TRUE(reader.all_ended());
}

TEST(StraceReader, TellsOfSignalsFromOutside) {
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  reader.Feed(
      "7 100.000000001 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=9, si_uid=0} ---\n"
      "7 100.000000002 --- SIGINT {si_signo=SIGINT, si_code=SI_USER, si_pid=0, si_uid=0} ---\n",
      Duration(0));
  EXPECT_THAT(told.from_outside, ElementsAre("SIGINT"));
}

TEST(StraceReader, ALineThatNeverEndsIsKeptAsItComes) {
  ToldCalls told;
  StraceReader reader("client", "nc", told);
  reader.Feed("7 100.000000001 write(4<TCP:[1]>, \"", Duration(0));
  for (int i = 0; i < 64; ++i) reader.Feed(std::string(65536, 'x'), Duration(0));
  EXPECT_THAT(told.begun, IsEmpty());
  reader.Feed("\", 4194304) = 4194304 <0.000000001>\n", Duration(0));
  EXPECT_THAT(told.ended, ElementsAre(Field(&Call::result, 64 * 65536)));
}

}  // namespace
}  // namespace halfopen

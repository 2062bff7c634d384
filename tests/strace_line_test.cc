// SPDX-License-Identifier: GPL-2.0-or-later
// What strace prints of a call, read.
#include "fixtures/strace_line.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <random>
#include <string>

namespace halfopen {
namespace {

using testing::Optional;

constexpr char kLineHead[] = "7     1795332374.566000123 ";

// Refers to `text`, which is to outlive it.
StraceLine ParsedLine(const std::string& text) {
  const auto line = ParseStraceLine(text);
  EXPECT_TRUE(line) << text;
  return line.value_or(StraceLine());
}

struct ResultText {
  std::string text;
  std::optional<long> result;
  int error;
  std::string note;
};

TEST(StraceLine, ACallHasThreadTimeNameArgumentsAndResult) {
  const std::string text = std::string(kLineHead) +
                           R"(read(4<TCP:[10.0.0.2:80->10.0.0.1:4000]>, "hi\n", 8192) = 3)" +
                           " <1.000959972>";
  const StraceLine line = ParsedLine(text);
  EXPECT_EQ(line.kind, StraceLine::Kind::kCall);
  EXPECT_EQ(line.thread, 7);
  EXPECT_EQ(line.time.count(), 1'795'332'374'566'000'123);
  EXPECT_EQ(line.name, "read");
  EXPECT_EQ(line.arguments, R"(4<TCP:[10.0.0.2:80->10.0.0.1:4000]>, "hi\n", 8192)");
  EXPECT_THAT(line.result, Optional(3));
  EXPECT_EQ(line.error, 0);
  EXPECT_EQ(line.result_note, "");
  EXPECT_EQ(line.elapsed.count(), 1'000'959'972);
}

TEST(StraceLine, ResultsOfEveryForm) {
  const ResultText kResults[] = {
      {"= 0", 0, 0, ""},
      {"= 0 (Timeout)", 0, 0, "(Timeout)"},
      {"= 1 ([{fd=4<TCP:[1]>, revents=POLLIN}])", 1, 0, "([{fd=4<TCP:[1]>, revents=POLLIN}])"},
      {"= 5<TCP:[10.0.0.2:80->10.0.0.1:4000]>", 5, 0, "<TCP:[10.0.0.2:80->10.0.0.1:4000]>"},
      {"= 0x802 (flags O_RDWR|O_NONBLOCK)", 0x802, 0, "(flags O_RDWR|O_NONBLOCK)"},
      {"= -1 ETIMEDOUT (Connection timed out)", -1, ETIMEDOUT, "(Connection timed out)"},
      {"= -1 EAGAIN (Resource temporarily unavailable)", -1, EAGAIN,
       "(Resource temporarily unavailable)"},
      {"= -1 EHWPOISON (Memory page has hardware error)", -1, EHWPOISON,
       "(Memory page has hardware error)"},
      {"= -1 (errno 524)", -1, 524, ""},
      {"= ? ERESTARTSYS (To be restarted if SA_RESTART is set)", -1, EINTR,
       "(To be restarted if SA_RESTART is set)"},
      {"= ? ERESTART_RESTARTBLOCK (Interrupted by signal)", -1, EINTR, "(Interrupted by signal)"},
      {"= ?", std::nullopt, 0, ""},
      {"= ? <unavailable>", std::nullopt, 0, "<unavailable>"},
      {"        = -1 EPIPE (Broken pipe)", -1, EPIPE, "(Broken pipe)"},
  };
  for (const ResultText& expected : kResults) {
    for (const std::string& time : {std::string(), std::string(" <0.000000042>")}) {
      const std::string text = kLineHead + ("poll([], 0) " + expected.text + time);
      const StraceLine line = ParsedLine(text);
      EXPECT_EQ(line.result, expected.result) << text;
      EXPECT_EQ(line.error, expected.error) << text;
      EXPECT_EQ(line.result_note, expected.note) << text;
      EXPECT_EQ(line.elapsed.count(), time.empty() ? 0 : 42) << text;
    }
  }
}

// Each is one call's arguments, whatever stands in them.
TEST(StraceLine, ArgumentsEndWhereTheCallEnds) {
  for (const std::string arguments : {
           R"()",
           R"(4<TCP:[10.0.0.2:80->10.0.0.1:4000]>)",
           R"(4<TCPv6:[[fd00::2]:80->[fd00::1]:4000]>, {sin_port=htons(80)}, 16)",
           R"(4<UNIX-STREAM:[1->2, "/run/a>b) = 1"]>, "x", 1)",
           R"(4, ") = 3 <0.000000001>", 1)",
           R"(4, "\") = 3", 1)",
           R"(4, "\\", 1)",
           R"(4, "a\\\") = 0", 1)",
           R"(4, "<TCP:[", 1)",
           R"(4, "1<2 ->) = 7", 1)",
           R"(4, "cut"..., 8192)",
           R"({a=((1)), b=htons(80), c=inet_addr("10.0.0.1")}, (2))",
           R"(1<<CAP_NET_ADMIN|0x1<<3, 7)",
           R"x([{iov_base="a", iov_len=1}, {iov_base=")", iov_len=1}], 2)x",
           R"("/bin/nc", ["nc", "-l"], 0x7ffd /* 12 vars */)",
       }) {
    const std::string text = kLineHead + ("write(" + arguments + ") = 1 <0.000000001>");
    const StraceLine line = ParsedLine(text);
    EXPECT_EQ(line.arguments, arguments);
    EXPECT_THAT(line.result, Optional(1)) << text;
  }
}

TEST(StraceLine, ACallThatOthersInterruptHasTwoLines) {
  const std::string begun = std::string(kLineHead) + "read(4<TCP:[1]>,  <unfinished ...>";
  EXPECT_EQ(ParsedLine(begun).kind, StraceLine::Kind::kUnfinished);
  EXPECT_EQ(ParsedLine(begun).name, "read");
  EXPECT_EQ(ParsedLine(begun).arguments, "4<TCP:[1]>, ");
  const std::string ended = std::string(kLineHead) + R"(<... read resumed>"hi", 8192) = 2 <1.5>)";
  EXPECT_EQ(ParsedLine(ended).kind, StraceLine::Kind::kResumed);
  EXPECT_EQ(ParsedLine(ended).arguments, R"("hi", 8192)");
  EXPECT_EQ(ParsedLine(ended).result_note, "<1.5>") << "nine digits make a time";
  const std::string died = std::string(kLineHead) + "<... read resumed> <unfinished ...>) = ?";
  EXPECT_EQ(ParsedLine(died).kind, StraceLine::Kind::kResumed);
  EXPECT_EQ(ParsedLine(died).result, std::nullopt);
}

TEST(StraceLine, EndsAndOthers) {
  const std::string exited = std::string(kLineHead) + "+++ exited with 1 +++";
  EXPECT_EQ(ParsedLine(exited).kind, StraceLine::Kind::kEnded);
  EXPECT_EQ(ParsedLine(exited).result_note, "exited with 1");
  const std::string killed = std::string(kLineHead) + "+++ killed by SIGSEGV (core dumped) +++";
  EXPECT_EQ(ParsedLine(killed).kind, StraceLine::Kind::kEnded);
  EXPECT_EQ(ParsedLine(killed).result_note, "killed by SIGSEGV (core dumped)");
  const std::string superseded = std::string(kLineHead) + "+++ superseded by execve in pid 8 +++";
  EXPECT_EQ(ParsedLine(superseded).kind, StraceLine::Kind::kReplaced);
  EXPECT_EQ(ParsedLine(superseded).result, 8);
  const std::string stopped = std::string(kLineHead) + "--- stopped by SIGSTOP ---";
  EXPECT_EQ(ParsedLine(stopped).kind, StraceLine::Kind::kOther);
}

TEST(StraceLine, SignalsAndTheirSenders) {
  const auto sent_by = [](const std::string& what) {
    const std::string line =
        std::string(kLineHead) + "--- SIGTERM {si_signo=SIGTERM, " + what + " ---";
    EXPECT_EQ(ParsedLine(line).kind, StraceLine::Kind::kSignal);
    EXPECT_EQ(ParsedLine(line).name, "SIGTERM");
    return ParsedLine(line).from_outside;
  };
  EXPECT_TRUE(sent_by("si_code=SI_USER, si_pid=0, si_uid=0}"));
  EXPECT_FALSE(sent_by("si_code=SI_USER, si_pid=2, si_uid=0}"));
  EXPECT_FALSE(sent_by("si_code=SI_KERNEL}"));
}

TEST(StraceLine, WhatIsNoneIsNone) {
  for (const std::string text : {
           "",
           " ",
           "7",
           "7 ",
           "7 1.5 read() = 0",
           "7 1.000000000read() = 0",
           "x 1.000000000 a() = 0",
           "-7 1.000000000 read() = 0",
           "0 1.000000000 read() = 0",
           "99999999999999999999 1.000000000 read() = 0",
           "7 99999999999999999999.000000000 read() = 0",
           "7 -1.000000000 read() = 0",
           "7 1.000000000 ",
           "7 1.000000000 read",
           "7 1.000000000 read(",
           "7 1.000000000 read()",
           "7 1.000000000 read() 0",
           "7 1.000000000 read() = ",
           "7 1.000000000 read() = x",
           "7 1.000000000 read() = 0x",
           "7 1.000000000 read() = 99999999999999999999",
           "7 1.000000000 read(\"",
           "7 1.000000000 read(4<TCP",
           "7 1.000000000 (4) = 0",
           "7 1.000000000 <... read",
           "7 1.000000000 <...  resumed>) = 0",
           "strace: Process 8 attached",
       }) {
    EXPECT_FALSE(ParseStraceLine(text)) << text;
  }
}

TEST(StraceLine, APartIsOneOnceItEndsBetweenArguments) {
  const std::string head = kLineHead;
  EXPECT_FALSE(ParseStracePart(head + "read"));
  EXPECT_FALSE(ParseStracePart(head + "read(4<TCP:[10.0"));
  EXPECT_FALSE(ParseStracePart(head + "write(4<TCP:[1]>, \"pi"));
  const std::string part = head + "read(4<TCP:[1]>, ";
  ASSERT_TRUE(ParseStracePart(part));
  EXPECT_EQ(ParseStracePart(part)->kind, StraceLine::Kind::kUnfinished);
  EXPECT_EQ(ParseStracePart(part)->arguments, "4<TCP:[1]>, ");
}

TEST(StraceLine, NetworkSocketsAreNamedByDescriptorsAlone) {
  EXPECT_TRUE(NamesNetworkSocket("4<TCP:[10.0.0.2:80->10.0.0.1:4000]>"));
  EXPECT_TRUE(NamesNetworkSocket("[{fd=3, events=POLLIN}, {fd=4<UDPv6:[17]>, events=0}], 2"));
  EXPECT_FALSE(NamesNetworkSocket("1, \"4<TCP:[1]>\", 4"));
  EXPECT_FALSE(NamesNetworkSocket("1, \"\\\"4<TCP:[1]>"));
  EXPECT_FALSE(NamesNetworkSocket("5<UNIX-STREAM:[1, \"/4<TCP:[\"]>, 3"));
  EXPECT_FALSE(NamesNetworkSocket("<TCP"));
  EXPECT_FALSE(NamesNetworkSocket(""));
}

TEST(StraceLine, StringsAreUnquoted) {
  bool cut = true;
  EXPECT_EQ(Unquoted(R"(4, "a\n\t\r\v\f\"\\b", 9)", cut), "a\n\t\r\v\f\"\\b");
  EXPECT_FALSE(cut);
  EXPECT_EQ(Unquoted(R"("\0\1\177\3777\0012")", cut), std::string("\0\1\177\377"
                                                                  "7\1"
                                                                  "2",
                                                                  7));
  EXPECT_EQ(Unquoted(R"("cut"..., 9)", cut), "cut");
  EXPECT_TRUE(cut);
  EXPECT_EQ(Unquoted(R"(NULL, 9)", cut), "");
  EXPECT_FALSE(cut);
  for (const std::string broken : {"\"", "\"\\", "\"\\1", "\"\\777\"", "\"a\\"}) {
    Unquoted(broken, cut);
    EXPECT_FALSE(cut) << broken;
  }
}

// Neither crashes nor throws, whatever a program makes strace print.
TEST(StraceLine, SurvivesNoise) {
  const std::string good =
      std::string(kLineHead) +
      R"(recvfrom(4<TCP:[10.0.0.2:80->10.0.0.1:4000]>, "a\"b\377"..., 99, 0, NULL, NULL) = 3)" +
      " <0.000959972>";
  std::mt19937 random(1);
  constexpr char kTelling[] = "\"\\<>()[]{}=?-+ 0123456789x,.\n";
  bool cut = false;
  for (int round = 0; round < 200'000; ++round) {
    std::string text = good.substr(0, random() % (good.size() + 1));
    for (unsigned changes = random() % 6; changes != 0 && !text.empty(); --changes) {
      const char byte = random() % 2 == 0 ? kTelling[random() % (sizeof kTelling - 1)]
                                          : static_cast<char>(random());
      text[random() % text.size()] = byte;
    }
    const auto line = ParseStraceLine(text);
    ParseStracePart(text);
    NamesNetworkSocket(text);
    Unquoted(text, cut);
    if (!line) continue;
    const std::string_view whole = text;
    for (const std::string_view part : {line->name, line->arguments, line->result_note}) {
      EXPECT_TRUE(part.empty() || whole.find(part) != std::string_view::npos) << text;
    }
  }
}

TEST(StraceLine, VeryLongLinesTakeNoLongerThanTheyAreLong) {
  const std::string data(4 << 20, '(');
  const std::string text = kLineHead + ("write(4<TCP:[1]>, \"" + data + "\", 4194304) = 4194304");
  EXPECT_THAT(ParsedLine(text).result, Optional(4 << 20));
  bool cut = true;
  EXPECT_EQ(Unquoted(ParsedLine(text).arguments, cut), data);
}

}  // namespace
}  // namespace halfopen

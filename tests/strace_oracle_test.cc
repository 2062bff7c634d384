// SPDX-License-Identifier: GPL-2.0-or-later
// StraceReader on what strace(1) really writes: of a static program, its threads and children, over
// loopback. Needs no privilege; skips where there is no strace or where tracing is not permitted.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "fixtures/program_trace.h"
#include "fixtures/strace_line.h"
#include "fixtures/strace_reader.h"
#include "netns/error.h"
#include "netns/fd.h"
#include "tests/told_calls.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

// What strace writes of `dialer HOW 127.0.0.1 PORT`.
std::string TraceOf(const std::string& how, int port) {
  std::array<int, 2> trace{};
  Check(pipe2(trace.data(), 0), "pipe2", "strace's output");
  Fd reader(trace[0]);
  Fd writer(trace[1]);
  std::vector<std::string> words = StraceArguments("/proc/self/fd/" + std::to_string(writer.get()));
  for (const std::string& word :
       {std::string(HALFOPEN_DIALER), how, std::string("127.0.0.1"), std::to_string(port)}) {
    words.push_back(word);
  }
  const pid_t child = Check(fork(), "fork", "strace");
  if (child == 0) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const int silence = open("/dev/null", O_WRONLY);
    if (silence >= 0) {
      dup2(silence, STDOUT_FILENO);
      dup2(silence, STDERR_FILENO);
    }
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  writer.Reset();
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size; (size = read(reader.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return text;
}

class StraceOracleTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      StraceArguments("");
    } catch (const MissingCapability& missing) {
      GTEST_SKIP() << missing.what();
    }
    port_ = Check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket", "AF_INET");
    held_ = Fd(port_);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    Check(bind(held_.get(), any, size), "bind", "127.0.0.1");
    Check(getsockname(held_.get(), any, &size), "getsockname", "127.0.0.1");
    port_ = ntohs(address.sin_port);
  }

  // What the reader makes of it, every line of which it is to understand.
  ToldCalls Read(const std::string& text) {
    ToldCalls told;
    StraceReader reader("client", "dialer", told);
    reader.Feed(text, Duration(0));
    std::string_view rest = text;
    for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos;) {
      EXPECT_TRUE(ParseStraceLine(rest.substr(0, end))) << rest.substr(0, end);
      rest.remove_prefix(end + 1);
    }
    EXPECT_EQ(rest, "");
    return told;
  }

  int port_ = 0;
  Fd held_;  // bound, so that no other listens there
};

TEST_F(StraceOracleTest, AThreadsConnectIsRefused) {
  const std::string text = TraceOf("thread", port_);
  if (text.empty()) GTEST_SKIP() << "this process may trace no other";
  const ToldCalls told = Read(text);
  ASSERT_EQ(told.ended.size(), 3U) << text;
  const std::string address = R"({sa_family=AF_INET, sin_port=htons()" + std::to_string(port_) +
                              R"(), sin_addr=inet_addr("127.0.0.1")}, 16)";
  const auto in_thread = Field(&Call::socket, MatchesRegex("client dialer\\[[0-9]+\\]"));
  EXPECT_THAT(told.ended[0],
              AllOf(Field(&Call::name, "socket"), Field(&Call::error, 0), in_thread));
  EXPECT_THAT(told.ended[1], AllOf(Field(&Call::name, "connect"), Field(&Call::result, -1),
                                   Field(&Call::error, ECONNREFUSED),
                                   Field(&Call::arguments, EndsWith(address)), in_thread));
  EXPECT_THAT(told.ended[2], AllOf(Field(&Call::name, "close"), Field(&Call::result, 0)));
  EXPECT_THAT(told.ends, ElementsAre("exited with 0", "exited with 1"));
}

TEST_F(StraceOracleTest, AChildDiesOfSigpipe) {
  Check(listen(held_.get(), 1), "listen", "127.0.0.1");
  const pid_t server = Check(fork(), "fork", "server");
  if (server == 0) {
    close(accept(held_.get(), nullptr, nullptr));
    _exit(0);
  }
  const std::string text = TraceOf("child", port_);
  held_.Reset();
  waitpid(server, nullptr, 0);
  if (text.empty()) GTEST_SKIP() << "this process may trace no other";
  const ToldCalls told = Read(text);
  EXPECT_THAT(told.Of("recvfrom"), ElementsAre(Field(&Call::result, 0)));
  EXPECT_THAT(told.Of("sendto"),
              ElementsAre(AllOf(Field(&Call::result, 4),
                                Field(&Call::arguments, HasSubstr("->127.0.0.1:"))),
                          AllOf(Field(&Call::result, -1), Field(&Call::error, EPIPE))));
  EXPECT_THAT(told.ends, ElementsAre("killed by SIGPIPE", "exited with 1"));
}

// Each byte that may be the last of what has come so far.
TEST_F(StraceOracleTest, CutAnywhereItReadsTheSame) {
  const std::string text = TraceOf("thread", port_);
  if (text.empty()) GTEST_SKIP() << "this process may trace no other";
  const std::vector<Call> whole = Read(text).ended;
  ASSERT_THAT(whole, Not(IsEmpty()));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ToldCalls told;
    StraceReader reader("client", "dialer", told);
    reader.Feed(text.substr(0, cut), Duration(0));
    reader.Feed(text.substr(cut), Duration(0));
    ASSERT_EQ(told.ended.size(), whole.size()) << cut;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      ASSERT_EQ(told.ended[i].ToString(), whole[i].ToString()) << cut;
    }
  }
}

}  // namespace
}  // namespace halfopen

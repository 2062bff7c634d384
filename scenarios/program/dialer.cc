// SPDX-License-Identifier: GPL-2.0-or-later
// What programs are told: by threads, by children, to static binaries.
//
// A program's failures are those of its system calls, whoever in it makes them. strace follows
// every clone(2) and fork(2), and traces a statically linked program as any other, for it looks at
// system calls and not at libraries (ptrace(2); LD_PRELOAD tools see nothing of such a program). A
// thread's errno is its own (errno(3)); SIGPIPE goes to the thread that wrote and ends its whole
// process (signal(7)), but not the parent of that. A program begins with an environment and with
// open files that somebody chose, here nobody: no descriptor but the three, SIGPIPE at its default.
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/scenario.h"

namespace halfopen {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::MatchesRegex;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// tests/programs/dialer.cc, linked statically.
constexpr char kDialer[] = HALFOPEN_DIALER;
const bool kUsesDialer = UsesProgram(kDialer);

Program Dial(Host& from, const std::string& how, const Host& to) {
  return from.Run(ProgramOptions{.arguments = {kDialer, how, to.address().ToString(), "80"},
                                 .environment = {{"DIALED_BY", "a story"}}});
}

// Nobody is there, or, in the control, somebody.
std::optional<Socket> Unless(bool nobody, Host& server) {
  if (nobody) return std::nullopt;
  return server.Listen();
}

// Who made the call: not the program's first thread.
auto ByAnother() {
  return Field("socket", &Call::socket, MatchesRegex("client dialer\\[[0-9]+\\]"));
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream rest(text);
  for (std::string line; std::getline(rest, line);) lines.push_back(line);
  return lines;
}

constexpr char kRefused[] = R"(
    client > server S  0:0(0)
    server > client R. 0:0(0) ack 1
    quiet 200ms
)";

SCENARIO(TracedProgram, AThreadsConnectIsRefused,
         .verdict =
             "A thread's connect() to a closed port fails with ECONNREFUSED, in a statically "
             "linked program too; the trace tells which thread.",
         .source = "RFC 9293 3.10.7.1; connect(2); ptrace(2), PTRACE_O_TRACECLONE") {
  const auto listener = Unless(Cause("nobody listens"), ServerHost());

  Program dialer = Dial(ClientHost(), "thread", ServerHost());
  EXPECT_EQ(dialer.Wait(), ExitStatus{.code = 1});
  EXPECT_EQ(dialer.output(), "connect: Connection refused\n");
  EXPECT_THAT(dialer.Calls("connect"),
              ElementsAre(AllOf(FailsWith(ECONNREFUSED).AtOnce(), ByAnother())));
  EXPECT_THAT(Wire(), Shows(kRefused));
}

SCENARIO(TracedProgram, AChildThatWritesAfterTheFinDiesOfSigpipe,
         .verdict =
             "The second write() after the peer's FIN kills a child with SIGPIPE; its parent "
             "lives on and learns it from waitpid().",
         .source = "RFC 9293 3.6; signal(7), SIGPIPE; wait(2), WTERMSIG; tcp_reset()") {
  Socket listener = ServerHost().Listen();
  Program dialer = Dial(ClientHost(), "child", ServerHost());
  Socket server = listener.Accept();
  listener.Close();
  if (Cause("the server closes")) {
    server.Close();
  } else {
    server.Send("!");  // what the child waits for
  }
  ASSERT_THAT(dialer.AwaitCall("recvfrom"), EndsStream());

  EXPECT_EQ(dialer.Wait(), ExitStatus{.code = 1});
  EXPECT_EQ(dialer.output(), "the child was killed: Broken pipe\n");
  EXPECT_THAT(dialer.Calls("recvfrom"), ElementsAre(AllOf(EndsStream(), ByAnother())));
  EXPECT_THAT(dialer.Calls("sendto"),
              ElementsAre(Returns(4), AllOf(FailsWith(EPIPE).AtOnce(), ByAnother())));
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      server > client  F.  1:1(0) ack 1
    ? client > server  .   1:1(0) ack 2
      client > server  P.  1:5(4) ack 2
      server > client  R   2:2(0)
      quiet 200ms
  )"));
}

SCENARIO(TracedProgram, BeginsWithNothingButItsOwn,
         .verdict =
             "A program that a story starts has its own environment, three descriptors, and "
             "meets the same ECONNREFUSED as anybody.",
         .source = "environ(7); execve(2); connect(2)") {
  const auto listener = Unless(Cause("nobody listens"), ServerHost());

  Program dialer = Dial(ClientHost(), "environment", ServerHost());
  EXPECT_EQ(dialer.Wait(), ExitStatus{.code = 1});
  const std::string folder = dialer.folder().string();
  EXPECT_THAT(LinesOf(dialer.output()),
              UnorderedElementsAre("DIALED_BY=a story", "HOME=" + folder, "TMPDIR=" + folder,
                                   "LC_ALL=C", StartsWith("PATH=/"), StartsWith("descriptor 0 is "),
                                   StartsWith("descriptor 1 is "), StartsWith("descriptor 2 is "),
                                   "connect: Connection refused"));
  EXPECT_THAT(dialer.Calls("connect"), ElementsAre(FailsWith(ECONNREFUSED).AtOnce()));
  EXPECT_THAT(Wire(), Shows(kRefused));
}

}  // namespace
}  // namespace halfopen

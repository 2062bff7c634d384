// SPDX-License-Identifier: GPL-2.0-or-later
// What RefuseForeignCalls() costs every other system call: the fastest one there is, and a byte
// through a TCP connection, without it and with it, as a ratio. Best of some rounds.
#include "harness/runner/refused_calls.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>

#include "netns/error.h"

namespace halfopen {
namespace {

constexpr int kRounds = 9;

double NanosecondsEach(int count, const std::function<void()>& call) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) call();
  const std::chrono::duration<double, std::nano> all = std::chrono::steady_clock::now() - begin;
  return all.count() / count;
}

// In a child of its own, for a filter stays for good.
double InChild(bool refused, int count, const std::function<void()>& call) {
  auto* const shared = static_cast<double*>(
      mmap(nullptr, sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const pid_t child = Check(fork(), "fork", "");
  if (child == 0) {
    if (refused) RefuseForeignCalls();
    *shared = NanosecondsEach(count, call);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  const double each = *shared;
  munmap(shared, sizeof(double));
  return each;
}

void Compare(const char* what, int count, const std::function<void()>& call) {
  double without = std::numeric_limits<double>::max();
  double with = without;
  for (int round = 0; round < kRounds; ++round) {
    without = std::min(without, InChild(false, count, call));
    with = std::min(with, InChild(true, count, call));
  }
  fmt::print("{:<24} {:8.1f} ns without, {:8.1f} ns with, ratio {:.2f}\n", what, without, with,
             with / without);
}

void Run() {
  Compare("getppid", 300'000, [] { syscall(SYS_getppid); });
  const int listener = Check(socket(AF_INET, SOCK_STREAM, 0), "socket", "");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  Check(bind(listener, reinterpret_cast<sockaddr*>(&address), size), "bind", "");
  Check(listen(listener, 1), "listen", "");
  Check(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname", "");
  const int client = Check(socket(AF_INET, SOCK_STREAM, 0), "socket", "");
  Check(connect(client, reinterpret_cast<sockaddr*>(&address), size), "connect", "");
  const int server = Check(accept(listener, nullptr, nullptr), "accept", "");
  Compare("send and recv of a byte", 30'000, [=] {
    char byte = 'x';
    if (send(client, &byte, 1, 0) != 1 || recv(server, &byte, 1, 0) != 1) _exit(1);
  });
}

}  // namespace
}  // namespace halfopen

int main() {
  try {
    halfopen::Run();
  } catch (const std::exception& refusal) {
    fmt::print(stderr, "bench_refused_calls: {}\n", refusal.what());
    return 2;
  }
}

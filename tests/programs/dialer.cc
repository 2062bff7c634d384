// SPDX-License-Identifier: GPL-2.0-or-later
// A program for scenarios and tests of what is told of programs: it makes its calls itself, from a
// thread, or in a child. Linked statically.
// usage: dialer itself|thread|child|environment ADDRESS PORT
//   itself       connects, and exits with 0, or with 1 if that fails
//   thread       the same by a thread
//   child        a child connects, awaits the peer's FIN, writes, awaits the RST, writes again
//   environment  prints its environment and its open descriptors, then does as itself
// What failed is on standard output in strerror(3)'s words.
#include <arpa/inet.h>
#include <dirent.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

namespace {

bool Told(long result, const char* call) {
  if (result < 0) std::printf("%s: %s\n", call, std::strerror(errno));
  return result >= 0;
}

// A connected socket, or -1.
int Dial(const char* address, int port) {
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(static_cast<in_port_t>(port));
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = ipv4.sin_port;
  const bool is_ipv4 = inet_pton(AF_INET, address, &ipv4.sin_addr) == 1;
  if (!is_ipv4 && inet_pton(AF_INET6, address, &ipv6.sin6_addr) != 1) {
    std::printf("%s is no address\n", address);
    return -1;
  }
  const int fd = socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (!Told(fd, "socket")) return -1;
  const auto* const to =
      is_ipv4 ? reinterpret_cast<sockaddr*>(&ipv4) : reinterpret_cast<sockaddr*>(&ipv6);
  if (Told(connect(fd, to, is_ipv4 ? sizeof ipv4 : sizeof ipv6), "connect")) return fd;
  close(fd);
  return -1;
}

// SIGPIPE is to kill it in the last line.
int WriteAfterFin(const char* address, int port) {
  const int fd = Dial(address, port);
  if (fd < 0) return 1;
  char byte = 0;
  while (recv(fd, &byte, 1, 0) > 0) {
  }
  if (!Told(send(fd, "ping", 4, 0), "send")) return 1;
  pollfd error{fd, 0, 0};
  if (!Told(poll(&error, 1, -1), "poll")) return 1;
  Told(send(fd, "ping", 4, 0), "send");
  return 1;
}

int InAChild(const char* address, int port) {
  const pid_t child = fork();
  if (child == 0) {
    const int code = WriteAfterFin(address, port);
    std::fflush(stdout);
    _exit(code);
  }
  int status = 0;
  if (!Told(child, "fork") || !Told(waitpid(child, &status, 0), "waitpid")) return 2;
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  std::printf("the child was killed: %s\n", strsignal(WTERMSIG(status)));
  return 1;
}

void TellEnvironment() {
  for (char** word = environ; *word != nullptr; ++word) std::printf("%s\n", *word);
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return;
  while (const dirent* const entry = readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] == '.' || fd == dirfd(folder)) continue;
    char what[PATH_MAX] = "";
    if (readlinkat(dirfd(folder), entry->d_name, what, sizeof what - 1) < 0) continue;
    std::printf("descriptor %d is %s\n", fd, what);
  }
  closedir(folder);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: dialer itself|thread|child|environment ADDRESS PORT\n");
    return 2;
  }
  const std::string_view how = argv[1];
  const char* const address = argv[2];
  const int port = std::atoi(argv[3]);
  if (how == "child") return InAChild(address, port);
  int fd = -1;
  if (how == "thread") {
    std::thread([&] { fd = Dial(address, port); }).join();
  } else {
    if (how == "environment") TellEnvironment();
    fd = Dial(address, port);
  }
  return fd < 0 ? 1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
// Makes system calls on a connection, and prints the nanoseconds that each took.
// usage: caller recv|getppid ADDRESS PORT COUNT      (IPv4; recv finds nothing to receive)
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<in_port_t>(std::atoi(argv[3])));
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (inet_pton(AF_INET, argv[2], &to.sin_addr) != 1 ||
      connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    std::perror("caller: connect");
    return 1;
  }
  const bool recv_calls = std::string_view(argv[1]) == "recv";
  const long count = std::atol(argv[4]);
  char byte = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < count; ++i) {
    if (recv_calls) {
      recv(fd, &byte, 1, MSG_DONTWAIT);
    } else {
      syscall(SYS_getppid);
    }
  }
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - begin;
  if (count != 0) std::printf("%.1f\n", elapsed.count() / static_cast<double>(count));
  return 0;
}

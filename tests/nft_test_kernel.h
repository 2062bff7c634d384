// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_NFT_TEST_KERNEL_H_
#define HALFOPEN_TESTS_NFT_TEST_KERNEL_H_

#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "netns/address.h"
#include "netns/error.h"
#include "netns/fd.h"
#include "netns/namespace.h"

namespace halfopen {

// A namespace of the test's own with its loopback up. Skips where namespaces are not permitted.
class NamespaceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      where_ = NetworkNamespace::Create();
    } catch (const EnvironmentError& error) {
      if (error.error() != EPERM) throw;
      GTEST_SKIP() << error.what() << " (try unshare --user --map-root-user)";
    }
    const NamespaceScope inside(*where_);
    const Fd fd(Check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "AF_INET"));
    ifreq request = {};
    std::snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    Check(ioctl(fd.get(), SIOCSIFFLAGS, &request), "ioctl SIOCSIFFLAGS", "lo");
  }

  const NetworkNamespace& where() const { return *where_; }

  // A socket in the namespace.
  Fd Open(IpFamily family, int type) const {
    const NamespaceScope inside(*where_);
    return Fd(Check(socket(AddressFamily(family), type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket",
                    ToString(family)));
  }

  // Sends one datagram of `size` bytes to port 9 of the loopback address.
  void SendUdp(IpFamily family, std::size_t size) const {
    const Endpoint to{IpAddress::Parse(family == IpFamily::kIpv4 ? "127.0.0.1" : "::1"), 9};
    sockaddr_storage storage;
    const socklen_t length = to.ToSockaddr(storage);
    const std::string payload(size, 'x');
    const Fd fd = Open(family, SOCK_DGRAM);
    EXPECT_EQ(sendto(fd.get(), payload.data(), payload.size(), 0,
                     reinterpret_cast<sockaddr*>(&storage), length),
              static_cast<ssize_t>(size));
  }

  // Starts a TCP connection to the endpoint; returns 0 or the errno of connect(2).
  int StartConnect(const Fd& fd, const Endpoint& to) const {
    sockaddr_storage storage;
    const socklen_t length = to.ToSockaddr(storage);
    return connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) == 0 ? 0 : errno;
  }

 private:
  std::optional<NetworkNamespace> where_;
};

// What the shell command prints inside the namespace.
inline std::string OutputOf(const NetworkNamespace& where, const std::string& command) {
  const NamespaceScope inside(where);
  const std::unique_ptr<FILE, decltype([](FILE* file) { pclose(file); })> pipe(
      popen((command + " 2>&1").c_str(), "r"));
  std::string output;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe.get())) {
    output.append(buffer, count);
  }
  return output;
}

inline bool NftIsInstalled() { return std::system("command -v nft >/dev/null 2>&1") == 0; }

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_NFT_TEST_KERNEL_H_

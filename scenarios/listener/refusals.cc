// SPDX-License-Identifier: GPL-2.0-or-later
// What a process may not: bind a port below ip_unprivileged_port_start without
// CAP_NET_BIND_SERVICE (EACCES; ip(7)), and accept more than its descriptors allow (EMFILE;
// accept(2), getrlimit(2)).
//
// EMFILE loses nothing: the descriptor is asked for first (__sys_accept4_file, net/socket.c), so
// the connection stays in the queue, and poll goes on saying that there is one. A server that only
// tries again spins.
#include <linux/capability.h>
#include <poll.h>
#include <sys/resource.h>

#include <optional>

#include "netns/credentials.h"
#include "netns/error.h"
#include "scenarios/listener/listener.h"

namespace halfopen::listener {
namespace {

// Leaves this process no further descriptor for the life of the object.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    Check(getrlimit(RLIMIT_NOFILE, &before_), "getrlimit", "RLIMIT_NOFILE");
    const rlimit none{0, before_.rlim_max};
    Check(setrlimit(RLIMIT_NOFILE, &none), "setrlimit", "RLIMIT_NOFILE");
  }
  ~NoDescriptorsLeft() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;

 private:
  rlimit before_{};
};

SCENARIO(Listener, AcceptWithoutADescriptorKeepsTheConnection,
         .verdict =
             "The process has no descriptor left: accept fails with EMFILE, the connection "
             "stays in the queue and is accepted later.",
         .source = "accept(2), EMFILE; getrlimit(2), RLIMIT_NOFILE; __sys_accept4_file") {
  Socket listener = ListenerWith(ServerHost(), "server", ReuseAddress{});
  Socket client = ConnectWaiting(ClientHost(), listener);
  {
    std::optional<NoDescriptorsLeft> none;
    if (Cause("no descriptors are left")) none.emplace();
    ASSERT_THAT(listener.Accept().origin(), FailsWith(EMFILE).AtOnce());
  }
  EXPECT_EQ(listener.Snapshot().receive_queue, 1U);
  EXPECT_EQ(listener.Poll(POLLIN).events, POLLIN);
  Socket server = listener.Accept("accepted");
  EXPECT_EQ(server.remote(), client.local());
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

SCENARIO(Listener, LowPortNeedsPrivilege,
         .verdict =
             "bind to port 80 without CAP_NET_BIND_SERVICE fails with EACCES; with "
             "ip_unprivileged_port_start=80 it succeeds.",
         .source = "ip(7), EACCES; ip-sysctl.rst, ip_unprivileged_port_start (Linux 4.11)",
         .outdated =
             "That ports below 1024 are privileged is a default: the sysctl lowers the "
             "limit for a whole network namespace.") {
  constexpr char kStart[] = "net.ipv4.ip_unprivileged_port_start";
  ServerHost().sysctls().Set(kStart, 1024);
  const WithoutCapabilities ordinary(Cause("no CAP_NET_BIND_SERVICE")
                                         ? std::initializer_list<int>{CAP_NET_BIND_SERVICE}
                                         : std::initializer_list<int>{});
  Socket listener = ServerHost().NewSocket("server");
  ASSERT_THAT(listener.Bind(kPort), FailsWith(EACCES));
  ServerHost().sysctls().Set(kStart, kPort);
  EXPECT_THAT(listener.Bind(kPort), Returns(0));
  EXPECT_THAT(listener.Listen(128), Returns(0));
  Socket client = ConnectWaiting(ClientHost(), listener);
  EXPECT_THAT(Wire(), Shows(R"(
      handshake
      quiet 200ms
  )"));
}

}  // namespace
}  // namespace halfopen::listener

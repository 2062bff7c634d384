// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/offload.h"

#include <fmt/format.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

struct Offload {
  std::uint32_t command;
  const char* name;
};

// Checksums last: segmentation depends on them and is refused to be off-by-dependency otherwise.
constexpr Offload kOffloads[] = {{ETHTOOL_STSO, "tso"},
                                 {ETHTOOL_SGSO, "gso"},
                                 {ETHTOOL_SGRO, "gro"},
                                 {ETHTOOL_SSG, "sg"},
                                 {ETHTOOL_STXCSUM, "tx"}};

}  // namespace

void DisableOffloads(const NetworkNamespace& where, std::string_view link) {
  const NamespaceScope inside(where);
  RequireIsolated();
  const Fd socket(Check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "ethtool"));
  for (const auto& [command, name] : kOffloads) {
    ethtool_value value{command, 0};
    ifreq request{};
    std::ranges::copy(link.substr(0, IFNAMSIZ - 1), request.ifr_name);
    request.ifr_data = reinterpret_cast<char*>(&value);
    if (ioctl(socket.get(), SIOCETHTOOL, &request) != 0 && errno != EOPNOTSUPP) {
      throw EnvironmentError("ethtool", fmt::format("{} {} off", link, name), errno);
    }
  }
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_KERNEL_NEEDS_H_
#define HALFOPEN_HARNESS_VENUE_KERNEL_NEEDS_H_

#include <array>
#include <string_view>

namespace halfopen {

// A part of Linux that may be built as a module.
struct ModuleNeed {
  std::string_view module;
  std::string_view option;
  // False: only some releases have it as a part of its own, or stories that need it are skipped.
  bool always = true;
};

// What scenarios need of a guest's kernel. Order is that of loading where it matters to nobody
// else.
inline constexpr std::array kModuleNeeds = {
    ModuleNeed{"af_packet", "CONFIG_PACKET"},  // taps
    ModuleNeed{"ipv6", "CONFIG_IPV6"},
    ModuleNeed{"veth", "CONFIG_VETH"},
    ModuleNeed{"nf_tables", "CONFIG_NF_TABLES"},
    ModuleNeed{"nft_counter", "CONFIG_NFT_COUNTER", false},  // in nf_tables since 5.17
    ModuleNeed{"nfnetlink_log", "CONFIG_NETFILTER_NETLINK_LOG"},
    ModuleNeed{"nf_log_syslog", "CONFIG_NF_LOG_SYSLOG", false},  // nf_log_ipv4 and others till 5.12
    ModuleNeed{"nft_log", "CONFIG_NFT_LOG"},
    ModuleNeed{"nft_ct", "CONFIG_NFT_CT"},
    ModuleNeed{"nft_limit", "CONFIG_NFT_LIMIT"},
    ModuleNeed{"nft_numgen", "CONFIG_NFT_NUMGEN"},
    ModuleNeed{"nft_reject", "CONFIG_NFT_REJECT"},
    ModuleNeed{"nft_reject_inet", "CONFIG_NFT_REJECT_INET"},
    ModuleNeed{"nft_tproxy", "CONFIG_NFT_TPROXY", false},  // transparent proxies alone need it
    ModuleNeed{"inet_diag", "CONFIG_INET_DIAG"},
    ModuleNeed{"tcp_diag", "CONFIG_INET_TCP_DIAG"},
};

// Options that are never modules, so that only the .config tells.
inline constexpr std::array<std::string_view, 13> kOptionNeeds = {
    "CONFIG_PVH",  // QEMU boots the vmlinux by it
    "CONFIG_BLK_DEV_INITRD",
    "CONFIG_SERIAL_8250_CONSOLE",
    "CONFIG_DEVTMPFS",
    "CONFIG_PROC_SYSCTL",
    "CONFIG_SYSFS",
    "CONFIG_TMPFS",
    "CONFIG_PID_NS",
    "CONFIG_NET_NS",
    "CONFIG_NF_TABLES_INET",
    "CONFIG_UNIX",
    "CONFIG_EPOLL",
    "CONFIG_EVENTFD",
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_KERNEL_NEEDS_H_

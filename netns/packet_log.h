// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_PACKET_LOG_H_
#define HALFOPEN_NETNS_PACKET_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "netns/namespace.h"
#include "netns/netlink.h"
#include "netns/nft_rule.h"

namespace halfopen {

// A packet that a rule with Log() hit.
struct LoggedPacket {
  std::string prefix;               // the rule's own
  Hook hook = Hook::kInput;         // where it was hit
  std::vector<std::uint8_t> bytes;  // from the IP header on, at most the copy range

  bool operator==(const LoggedPacket&) const = default;
};

// Reads what the rules of one network namespace send to one NFLOG group (nfnetlink_log). The kernel
// queues a packet here before the rule's verdict takes effect, each one at once. Not thread-safe,
// but may be used by another thread than the one that made it.
class PacketLog {
 public:
  // `range` is the most bytes of a packet to copy, from 1 to 65531. One reader per group: a second
  // one gets EPERM. Throws MissingCapability when the kernel has no nfnetlink_log, EnvironmentError
  // otherwise.
  PacketLog(const NetworkNamespace& where, std::uint16_t group, std::uint32_t range = 256);

  // Readable when packets are waiting.
  int fd() const { return socket_.fd(); }

  // Every packet that is waiting, oldest first; returns at once. Throws EnvironmentError, but not
  // for lost packets: those are counted.
  std::vector<LoggedPacket> Read();

  // How many packets the receive buffer had no room for, as far as is known: the kernel numbers the
  // packets, so the exact count is known once a packet behind the gap was read; until then an
  // overrun counts as one.
  std::uint64_t lost() const { return lost_ + (overrun_ ? 1 : 0); }

 private:
  void TakeMessage(const nlmsghdr& header, std::vector<LoggedPacket>& packets);
  void TakeSequence(std::uint32_t sequence);

  NetlinkSocket socket_;
  std::vector<std::uint8_t> buffer_;
  std::vector<LoggedPacket> early_;  // came before the configuration was acknowledged
  std::uint32_t next_sequence_ = 0;  // the kernel numbers from 0
  std::uint64_t lost_ = 0;
  bool overrun_ = false;  // lost some, and no packet since has told how many
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_PACKET_LOG_H_

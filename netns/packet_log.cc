// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/packet_log.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "netns/error.h"

namespace halfopen {
namespace {

// Holds some twenty thousand packets of the default range.
constexpr int kReceiveBuffer = 16 << 20;

// A netlink message carries at most 64 KiB; the rest of it is attributes.
constexpr std::size_t kLargestLog = 0x10000 + 4096;

void EnlargeReceiveBuffer(int fd) {
  // Beyond net.core.rmem_max needs CAP_NET_ADMIN over the whole machine, which a user namespace has
  // not; it gets what is allowed, and PacketLog::lost() tells if that was too little.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) != 0) {
    Check(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer),
          "setsockopt SO_RCVBUF", "NFLOG");
  }
}

// One message configures all of it, so that no packet comes under half a configuration. Protocol
// families need no binding: nft's log names its logger (nf_log_packet() with a loginfo).
nlmsghdr* Configure(void* buffer, std::uint32_t sequence, std::uint16_t group,
                    std::uint32_t range) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer);
  header->nlmsg_type = (NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_CONFIG;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  header->nlmsg_seq = sequence;
  auto* family = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
  family->nfgen_family = AF_UNSPEC;
  family->version = NFNETLINK_V0;
  family->res_id = htons(group);

  const nfulnl_msg_config_cmd command = {.command = NFULNL_CFG_CMD_BIND};
  mnl_attr_put(header, NFULA_CFG_CMD, sizeof command, &command);
  const nfulnl_msg_config_mode mode = {
      .copy_range = htonl(range), .copy_mode = NFULNL_COPY_PACKET, ._pad = 0};
  mnl_attr_put(header, NFULA_CFG_MODE, sizeof mode, &mode);
  mnl_attr_put_u32(header, NFULA_CFG_QTHRESH, htonl(1));
  mnl_attr_put_u16(header, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
  return header;
}

}  // namespace

PacketLog::PacketLog(const NetworkNamespace& where, std::uint16_t group, std::uint32_t range)
    : socket_(where, NETLINK_NETFILTER), buffer_(kLargestLog) {
  EnlargeReceiveBuffer(socket_.fd());
  const std::uint32_t sequence = socket_.NextSequence();
  alignas(nlmsghdr) std::uint8_t request[256] = {};
  const nlmsghdr* header = Configure(request, sequence, group, range);
  try {
    // A rule with this group may exist already, so a packet may come before the acknowledgement.
    socket_.Transact({request, header->nlmsg_len}, sequence, fmt::format("NFLOG group {}", group),
                     [this](const nlmsghdr& message) { TakeMessage(message, early_); });
  } catch (const EnvironmentError& error) {
    if (error.error() != EOPNOTSUPP && error.error() != EINVAL) throw;
    throw MissingCapability(fmt::format(
        "the kernel lacks nfnetlink_log (CONFIG_NETFILTER_NETLINK_LOG): load the module "
        "nfnetlink_log ({})",
        error.what()));
  }
}

std::vector<LoggedPacket> PacketLog::Read() {
  std::vector<LoggedPacket> packets = std::exchange(early_, {});
  while (true) {
    const ssize_t received =
        recv(socket_.fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (received < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return packets;
      if (errno != ENOBUFS) throw EnvironmentError("recv", "NFLOG", errno);
      overrun_ = true;
      continue;
    }
    if (static_cast<std::size_t>(received) > buffer_.size()) {
      throw EnvironmentError("recv", "NFLOG", EMSGSIZE);
    }
    int remaining = static_cast<int>(received);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer_.data());
         mnl_nlmsg_ok(header, remaining); header = mnl_nlmsg_next(header, &remaining)) {
      if (header->nlmsg_type == ((NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET)) {
        TakeMessage(*header, packets);
      }
    }
  }
}

void PacketLog::TakeMessage(const nlmsghdr& header, std::vector<LoggedPacket>& packets) {
  LoggedPacket packet;
  const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(&header));
  for (const auto* attribute =
           static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&header, sizeof(nfgenmsg)));
       mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)));
       attribute = mnl_attr_next(attribute)) {
    const void* payload = mnl_attr_get_payload(attribute);
    switch (mnl_attr_get_type(attribute)) {
      case NFULA_PACKET_HDR:
        packet.hook = static_cast<Hook>(static_cast<const nfulnl_msg_packet_hdr*>(payload)->hook);
        break;
      case NFULA_PREFIX:
        packet.prefix = mnl_attr_get_str(attribute);
        break;
      case NFULA_PAYLOAD: {
        const auto* bytes = static_cast<const std::uint8_t*>(payload);
        packet.bytes.assign(bytes, bytes + mnl_attr_get_payload_len(attribute));
        break;
      }
      case NFULA_SEQ:
        TakeSequence(ntohl(mnl_attr_get_u32(attribute)));
        break;
      default:
        break;
    }
  }
  packets.push_back(std::move(packet));
}

void PacketLog::TakeSequence(std::uint32_t sequence) {
  const std::uint32_t missing = sequence - next_sequence_;
  next_sequence_ = sequence + 1;
  if (missing == 0) return;  // ENOBUFS is told before the packets that came before the overrun
  lost_ += missing;
  overrun_ = false;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/netlink.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <vector>

#include "netns/error.h"

#ifndef NETLINK_EXT_ACK
#define NETLINK_EXT_ACK 11
#endif

namespace halfopen {
namespace {

// The text of an extended acknowledgement (NLMSGERR_ATTR_MSG), if the kernel sent one.
std::string ExtendedText(const nlmsghdr& header) {
  if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
  const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&header));
  std::size_t offset = sizeof(nlmsgerr);
  if (error->error != 0 && (header.nlmsg_flags & NLM_F_CAPPED) == 0) {
    offset += error->msg.nlmsg_len - sizeof(nlmsghdr);
  }
  const nlattr* const text = FindAttribute(header, offset, NLMSGERR_ATTR_MSG);
  return text == nullptr ? std::string() : mnl_attr_get_str(text);
}

// What a kernel lacks that has no such netlink family.
[[noreturn]] void ThrowNoBus(int bus, int error) {
  if (error == EPROTONOSUPPORT && bus == NETLINK_NETFILTER) {
    throw MissingCapability(
        "the kernel lacks nfnetlink (CONFIG_NETFILTER_NETLINK): load the module nfnetlink as root, "
        "`modprobe -a nfnetlink nf_tables nfnetlink_log`");
  }
  if (error == EPROTONOSUPPORT && bus == NETLINK_SOCK_DIAG) {
    throw MissingCapability(
        "the kernel lacks socket diagnostics (CONFIG_INET_DIAG): load the modules as root, "
        "`modprobe -a inet_diag tcp_diag`");
  }
  throw EnvironmentError("socket", "AF_NETLINK", error);
}

// Receives until a message is the last one that `is_last` wants to see.
template <typename IsLast>
void ReceiveUntil(mnl_socket* socket, std::string_view what, const IsLast& is_last) {
  std::vector<std::uint8_t> buffer(32768);
  while (true) {
    const ssize_t received = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
    if (received < 0) {
      if (errno == EINTR) continue;
      throw EnvironmentError("netlink receive", what, errno);
    }
    int remaining = static_cast<int>(received);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
         mnl_nlmsg_ok(header, remaining); header = mnl_nlmsg_next(header, &remaining)) {
      if (is_last(*header)) return;
    }
  }
}

}  // namespace

NetlinkSocket::NetlinkSocket(const NetworkNamespace& where, int bus) {
  const NamespaceScope inside(where);
  RequireIsolated();
  socket_ = {mnl_socket_open2(bus, SOCK_CLOEXEC), Closer{bus == NETLINK_NETFILTER}};
  if (!socket_) ThrowNoBus(bus, errno);
  int on = 1;
  // Without it the kernel's reasons are lost; an old kernel that lacks it still works.
  mnl_socket_setsockopt(socket_.get(), NETLINK_EXT_ACK, &on, sizeof on);
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    throw EnvironmentError("bind", "AF_NETLINK", errno);
  }
}

void NetlinkSocket::Transact(std::span<const std::uint8_t> messages, std::uint32_t last_sequence,
                             std::string_view what,
                             const std::function<void(const nlmsghdr&)>& on_message) {
  if (mnl_socket_sendto(socket_.get(), messages.data(), messages.size()) < 0) {
    throw EnvironmentError("netlink send", what, errno);
  }
  ReceiveUntil(socket_.get(), what, [&](const nlmsghdr& header) {
    if (header.nlmsg_type == NLMSG_ERROR) {
      const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&header));
      if (error->error != 0) {
        throw EnvironmentError("netlink", what, -error->error, ExtendedText(header));
      }
      return header.nlmsg_seq == last_sequence;
    }
    if (header.nlmsg_type == NLMSG_DONE) return true;
    // A get without dump and without NLM_F_ACK is answered by its one message.
    if (header.nlmsg_type >= NLMSG_MIN_TYPE && on_message) on_message(header);
    return false;
  });
}

void NetlinkSocket::Join(int group) {
  if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) {
    throw EnvironmentError("setsockopt", fmt::format("NETLINK_ADD_MEMBERSHIP {}", group), errno);
  }
}

void NetlinkSocket::AwaitMessage(const std::function<bool(const nlmsghdr&)>& is_awaited,
                                 std::string_view what) {
  ReceiveUntil(socket_.get(), what, is_awaited);
}

const nlattr* FindAttribute(const nlmsghdr& message, std::size_t offset, std::uint16_t type) {
  const auto* const end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(&message));
  // mnl_attr_for_each converts from void*, which C++ refuses.
  const auto* attribute =
      static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, offset));
  while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
    if (mnl_attr_get_type(attribute) == type) return attribute;
    attribute = mnl_attr_next(attribute);
  }
  return nullptr;
}

}  // namespace halfopen

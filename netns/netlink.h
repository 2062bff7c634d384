// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_NETLINK_H_
#define HALFOPEN_NETNS_NETLINK_H_

#include <libmnl/libmnl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "netns/background.h"
#include "netns/namespace.h"

namespace halfopen {

// A netlink socket that belongs to one network namespace for good, whichever thread uses it later.
// Not thread-safe.
class NetlinkSocket {
 public:
  // `bus` is NETLINK_ROUTE, NETLINK_NETFILTER or NETLINK_SOCK_DIAG (netlink(7)). Refuses to open in
  // the namespace that halfopen was started in. Throws MissingCapability if the kernel has no such
  // family, EnvironmentError otherwise.
  NetlinkSocket(const NetworkNamespace& where, int bus);

  // Sends one or several messages (each with NLM_F_ACK, or NLM_F_DUMP for a dump) laid out one
  // after the other in `messages`, and reads replies until the last of them is acknowledged or the
  // dump is done. `on_message` sees every reply that is no acknowledgement. `what` names the
  // request in errors: the kernel's extended acknowledgement text is added to EnvironmentError.
  // `last_sequence` is nlmsg_seq of the last message that asks for an acknowledgement.
  void Transact(std::span<const std::uint8_t> messages, std::uint32_t last_sequence,
                std::string_view what,
                const std::function<void(const nlmsghdr&)>& on_message = nullptr);

  // Has the kernel tell this socket of what `group` is about (RTNLGRP_…), from now on. Throws
  // EnvironmentError.
  void Join(int group);
  // Blocks until one of the messages of the groups is what `is_awaited` looks for. Throws
  // EnvironmentError, with `what` as its object.
  void AwaitMessage(const std::function<bool(const nlmsghdr&)>& is_awaited, std::string_view what);

  // A sequence number that this socket has not used before.
  std::uint32_t NextSequence() { return ++sequence_; }
  int fd() const { return mnl_socket_get_fd(socket_.get()); }
  mnl_socket* get() { return socket_.get(); }

 private:
  // Closing a netfilter socket waits for the rules that are being removed meanwhile
  // (nft_rcv_nl_event, net/netfilter/nf_tables_api.c).
  class Closer {
   public:
    Closer() : waits_(false) {}
    explicit Closer(bool waits) : waits_(waits) {}
    void operator()(mnl_socket* socket) const {
      if (waits_) {
        CloseInBackground([socket] { mnl_socket_close(socket); });
      } else {
        mnl_socket_close(socket);
      }
    }

   private:
    bool waits_;
  };
  std::unique_ptr<mnl_socket, Closer> socket_;
  std::uint32_t sequence_ = 0;
};

// The first attribute of `type` behind `offset` bytes of the message's payload; null if it has
// none.
const nlattr* FindAttribute(const nlmsghdr& message, std::size_t offset, std::uint16_t type);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_NETLINK_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_RTNETLINK_REQUEST_H_
#define HALFOPEN_NETNS_RTNETLINK_REQUEST_H_

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "netns/netlink.h"

namespace halfopen {

// One rtnetlink(7) request under construction; asks for an acknowledgement. For LinkTable only.
class RtnetlinkRequest {
 public:
  RtnetlinkRequest(NetlinkSocket& socket, std::uint16_t type, std::uint16_t flags)
      : socket_(socket), header_(mnl_nlmsg_put_header(buffer_.data())) {
    header_->nlmsg_type = type;
    header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    header_->nlmsg_seq = socket.NextSequence();
  }

  nlmsghdr* header() { return header_; }
  template <typename Extra>
  Extra& Put() {
    return *static_cast<Extra*>(mnl_nlmsg_put_extra_header(header_, sizeof(Extra)));
  }
  void Attribute(std::uint16_t type, std::span<const std::uint8_t> bytes) {
    mnl_attr_put(header_, type, bytes.size(), bytes.data());
  }
  void Attribute(std::uint16_t type, const std::string& text) {
    mnl_attr_put_strz(header_, type, text.c_str());
  }
  void Attribute(std::uint16_t type, std::uint32_t number) {
    mnl_attr_put_u32(header_, type, number);
  }
  void Send(std::string_view what,
            const std::function<void(const nlmsghdr&)>& on_message = nullptr) {
    socket_.Transact({buffer_.data(), header_->nlmsg_len}, header_->nlmsg_seq, what, on_message);
  }

 private:
  alignas(nlmsghdr) std::array<std::uint8_t, 1024> buffer_{};
  NetlinkSocket& socket_;
  nlmsghdr* header_;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_RTNETLINK_REQUEST_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_LINK_WATCH_H_
#define HALFOPEN_NETNS_LINK_WATCH_H_

#include <string_view>

#include "netns/namespace.h"
#include "netns/netlink.h"

namespace halfopen {

// Watches a namespace for the moment from which a veth end carries packets. When the far end comes
// up, the near one gets its queue only later, on a workqueue, and drops what is sent until then,
// before any tap (linkwatch_do_dev, net/core/link_watch.c). Not thread-safe.
class LinkWatch {
 public:
  // Watches from now on: make it before the links are set up. Throws EnvironmentError.
  explicit LinkWatch(const NetworkNamespace& where);
  // Blocks until the kernel has said that `link` is operational (IF_OPER_UP, RFC 2863), which it
  // does behind giving it its queue. Throws EnvironmentError.
  void Await(std::string_view link);

 private:
  NetlinkSocket socket_;
};

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_LINK_WATCH_H_

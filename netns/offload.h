// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_OFFLOAD_H_
#define HALFOPEN_NETNS_OFFLOAD_H_

#include <string_view>

#include "netns/namespace.h"

namespace halfopen {

// Turns segmentation, receive and checksum offloads of `link` off (ethtool -K's tso, gso, gro, sg,
// tx), so that a tap sees the segments and checksums that a wire would carry. Loopback keeps its
// fixed checksum setting. Throws EnvironmentError for any other refusal.
void DisableOffloads(const NetworkNamespace& where, std::string_view link);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_OFFLOAD_H_

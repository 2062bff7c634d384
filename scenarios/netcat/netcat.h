// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_NETCAT_NETCAT_H_
#define HALFOPEN_SCENARIOS_NETCAT_NETCAT_H_

#include "scenarios/keepalive/probes.h"
#include "scenarios/program_calls.h"

// What the stories of netcat share. Debian has two, and they differ in what -k means: to the
// traditional one it is SO_KEEPALIVE, to OpenBSD's it is to go on listening.
namespace halfopen {

const bool kUsesTraditional = UsesProgram("nc.traditional");
const bool kUsesOpenbsd = UsesProgram("nc.openbsd");
const bool kUsesSocat = UsesProgram("socat");

// A keepalive probe of a server that has sent no data.
inline bool IsServerProbe(const WirePacket& packet) {
  return packet.from == "server" && packet.packet.flags == kAck && packet.sequence == 0;
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_NETCAT_NETCAT_H_

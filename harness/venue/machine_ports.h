// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_MACHINE_PORTS_H_
#define HALFOPEN_HARNESS_VENUE_MACHINE_PORTS_H_

namespace halfopen {

// The ports by which the guest's first process tells the machine something at an exact instruction.

// QEMU's pvpanic device (docs/specs/pvpanic): with -action panic=pause this event stops the
// machine.
inline constexpr unsigned short kPvpanicPort = 0x505;
inline constexpr unsigned char kPvpanicCrashed = 1;

// QEMU's isa-debug-exit device: a write of n ends QEMU with the exit status 2n + 1.
inline constexpr unsigned short kExitPort = 0xf4;
inline constexpr int kExitStatus = 1;

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_MACHINE_PORTS_H_

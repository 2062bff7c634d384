// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_VMLINUX_H_
#define HALFOPEN_HARNESS_VENUE_VMLINUX_H_

#include <optional>
#include <string>
#include <string_view>

namespace halfopen {

// What can be read from the bytes of a vmlinux, an uncompressed kernel.

// True for a 64-bit ELF file.
bool IsVmlinux(std::string_view bytes);

// As uname -r will say, by the banner "Linux version …"; empty if there is none.
std::string ReleaseOfVmlinux(std::string_view vmlinux);

// True if it names an entry point for PVH (CONFIG_PVH), without which QEMU cannot boot it.
bool HasPvhEntry(std::string_view vmlinux);

// Its gzipped .config (CONFIG_IKCONFIG); nullopt if it does not carry one.
std::optional<std::string_view> GzippedConfig(std::string_view vmlinux);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_VMLINUX_H_

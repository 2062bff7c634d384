// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_KERNEL_MODULES_H_
#define HALFOPEN_HARNESS_VENUE_KERNEL_MODULES_H_

#include <filesystem>
#include <string>
#include <vector>

#include "harness/venue/kernel.h"

namespace halfopen {

// The files of the modules that halfopen needs and that this kernel has not built in, in the order
// in which they load. Throws MissingCapability that names every CONFIG option which the kernel was
// built without, EnvironmentError if modules.dep cannot be read.
std::vector<std::filesystem::path> ModulesFor(const Kernel& kernel);

// A module as finit_module(2) takes it: decompressed, and without the signature at its end, whose
// verification is a billion instructions for all of them. Throws as Decompressed() does.
std::string ReadModule(const std::filesystem::path& file);

// The kernel that a module was built for: the first word of its vermagic; empty if it has none.
std::string ReleaseOfModule(const std::string& module);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_KERNEL_MODULES_H_

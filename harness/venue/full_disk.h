// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_FULL_DISK_H_
#define HALFOPEN_HARNESS_VENUE_FULL_DISK_H_

#include <filesystem>
#include <functional>
#include <string_view>

namespace halfopen {

// Runs `make`, which writes `object` ("kernel debian-6.12") below `folder`. If it throws because
// the disk is full, which not every tool says, the EnvironmentError is ENOSPC and says to free
// `megabytes`. What it wrote has to be there still when it throws.
void WithFullDiskExplained(std::string_view object, const std::filesystem::path& folder,
                           int megabytes, const std::function<void()>& make);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_FULL_DISK_H_

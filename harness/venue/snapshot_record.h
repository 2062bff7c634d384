// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_SNAPSHOT_RECORD_H_
#define HALFOPEN_HARNESS_VENUE_SNAPSHOT_RECORD_H_

#include <filesystem>
#include <string>

namespace halfopen {

// Writes snapshot.json for the files of a snapshot in `folder`: the size and a checksum of each.
// Throws EnvironmentError.
void WriteSnapshotRecord(const std::filesystem::path& folder);

// What is wrong with the snapshot in `folder`, in words; empty if it is as it was recorded. Reads
// all of it (some 80 MB, a few hundredths of a second). Never throws.
std::string DamageOfSnapshot(const std::filesystem::path& folder);

// Whether `folder` of a kernel in the cache has a snapshot; it may be damaged, or be that of
// another version of halfopen.
bool HasSnapshot(const std::filesystem::path& folder);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_SNAPSHOT_RECORD_H_

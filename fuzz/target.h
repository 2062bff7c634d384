// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_FUZZ_TARGET_H_
#define HALFOPEN_FUZZ_TARGET_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace halfopen::fuzz {

using Input = std::span<const std::uint8_t>;

// Code of ours that reads what others may have written, to be called with anything at all. What it
// must not do is crash, hang, or throw; nothing that it prints is looked at.
struct Target {
  const char* name;  // of its folder below fuzz/corpus/
  void (*run)(Input input);
};

// All targets, in the order of their names.
std::span<const Target> Targets();

void CaptureFiles(Input input);
void GuestRecords(Input input);
void KernelImage(Input input);
void Notation(Input input);
void PacketBytes(Input input);
void ReportFolder(Input input);
void StraceLines(Input input);
void TimelineText(Input input);
void Words(Input input);

inline std::string_view AsText(Input input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

// The files of an input that stands for several: between them is an ASCII record separator (0x1e),
// which neither JSON nor any text of ours holds. At most `count`; the last has all that is left.
std::vector<std::string_view> Parts(Input input, std::size_t count);

// Throws std::logic_error, which no target catches, if `holds` is false.
void Require(bool holds, const std::string& what);

}  // namespace halfopen::fuzz

#endif  // HALFOPEN_FUZZ_TARGET_H_

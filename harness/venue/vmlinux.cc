// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/vmlinux.h"

#include <elf.h>

#include <cstddef>

#include "harness/venue/value_at.h"

namespace halfopen {
namespace {

// The note that names the PVH entry point (Xen's public/elfnote.h: XEN_ELFNOTE_PHYS32_ENTRY).
constexpr Elf64_Word kXenPhys32Entry = 18;

constexpr std::size_t Padded(std::size_t size) { return (size + 3) / 4 * 4; }

bool NamesPvhEntry(std::string_view notes) {
  for (std::size_t offset = 0; const auto note = ValueAt<Elf64_Nhdr>(notes, offset);) {
    const std::size_t name = offset + sizeof *note;
    if (name > notes.size()) return false;
    if (note->n_type == kXenPhys32Entry && notes.substr(name).starts_with("Xen")) return true;
    offset = name + Padded(note->n_namesz) + Padded(note->n_descsz);
  }
  return false;
}

}  // namespace

bool IsVmlinux(std::string_view bytes) {
  return bytes.size() > EI_CLASS && bytes.starts_with(ELFMAG) && bytes[EI_CLASS] == ELFCLASS64;
}

std::string ReleaseOfVmlinux(std::string_view vmlinux) {
  constexpr std::string_view kBanner = "Linux version ";
  for (std::size_t at = vmlinux.find(kBanner); at != std::string_view::npos;
       at = vmlinux.find(kBanner, at)) {
    at += kBanner.size();
    const std::string_view release = vmlinux.substr(at, vmlinux.find_first_of(" \n", at) - at);
    // A format string comes before the banner in some kernels.
    if (!release.empty() && release.find('%') == std::string_view::npos) {
      return std::string(release);
    }
  }
  return {};
}

bool HasPvhEntry(std::string_view vmlinux) {
  const auto header = ValueAt<Elf64_Ehdr>(vmlinux, 0);
  if (!header) return false;
  for (std::size_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = ValueAt<Elf64_Phdr>(vmlinux, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return false;
    if (segment->p_type == PT_NOTE && segment->p_offset <= vmlinux.size() &&
        NamesPvhEntry(vmlinux.substr(segment->p_offset, segment->p_filesz))) {
      return true;
    }
  }
  return false;
}

std::optional<std::string_view> GzippedConfig(std::string_view vmlinux) {
  constexpr std::string_view kStart = "IKCFG_ST";  // kernel/configs.c
  constexpr std::string_view kEnd = "IKCFG_ED";
  // The marks appear as strings elsewhere too; gzip's magic tells.
  for (std::size_t at = vmlinux.find(kStart); at != std::string_view::npos;
       at = vmlinux.find(kStart, at)) {
    at += kStart.size();
    if (!vmlinux.substr(at).starts_with("\x1f\x8b")) continue;
    const std::size_t end = vmlinux.find(kEnd, at);
    return end == std::string_view::npos ? std::nullopt
                                         : std::optional(vmlinux.substr(at, end - at));
  }
  return std::nullopt;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_FAKE_KERNEL_H_
#define HALFOPEN_TESTS_FAKE_KERNEL_H_

// Made-up kernels for tests: a vmlinux with just what is read of it, a bzImage around it, a module
// folder.
#include <elf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/venue/decompress.h"
#include "harness/venue/kernel_needs.h"
#include "harness/venue/whole_file.h"

namespace halfopen {

inline constexpr char kRelease[] = "6.99.7-test-amd64";

template <typename T>
void Put(std::string& bytes, std::size_t offset, const T& value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

// An ELF file with one segment of notes and a banner. Not compressible, as real ones hardly are.
inline std::string FakeVmlinux(bool pvh = true) {
  std::string bytes(4096, '\0');
  std::uint32_t random = 1;
  for (char& byte : bytes) byte = static_cast<char>((random = random * 1664525 + 1013904223) >> 24);
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_phoff = sizeof header;
  header.e_phnum = 1;
  Put(bytes, 0, header);
  Elf64_Phdr segment{};
  segment.p_type = PT_NOTE;
  segment.p_offset = 512;
  segment.p_filesz = 2UL * 20;
  Put(bytes, sizeof header, segment);
  // Two notes; the second names the entry point.
  for (int i = 0; i < 2; ++i) {
    const std::size_t offset = 512 + 20 * static_cast<std::size_t>(i);
    Put(bytes, offset, Elf64_Nhdr{4, 4, i == 1 && pvh ? 18U : 6U});
    Put(bytes, offset + sizeof(Elf64_Nhdr), std::array<char, 4>{"Xen"});
  }
  bytes.replace(1024, 40, "Linux version %s (%s)\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 40);
  const std::string banner = fmt::format("Linux version {} (somebody@somewhere) #1\n", kRelease);
  bytes.replace(1100, banner.size(), banner);
  return bytes;
}

// What a tool makes of `content`; `folder` is for the file that it reads.
inline std::string Compressed(const std::filesystem::path& folder, const Tool& tool,
                              const std::vector<std::string>& arguments,
                              const std::string& content) {
  WriteWhole(folder / "plain", content);
  return RunTool(tool, arguments, {folder / "plain", {}, {}}).output;
}

// A bzImage with this payload (boot.rst), whose last four bytes are already there.
inline std::string FakeBzImage(const std::string& payload) {
  constexpr std::size_t kSetup = 3UL * 512;
  std::string bytes(kSetup + 64, '\0');
  bytes[0x1f1] = 2;
  bytes.replace(0x202, 4, "HdrS");
  Put(bytes, 0x206, std::uint16_t{0x20f});
  Put(bytes, 0x20e, std::uint16_t{0x300 - 0x200});
  const std::string version = fmt::format("{} (somebody@somewhere) #1 SMP", kRelease);
  bytes.replace(0x300, version.size(), version);
  Put(bytes, 0x248, std::uint32_t{64});
  Put(bytes, 0x24c, static_cast<std::uint32_t>(payload.size()));
  return bytes + payload + "a signature";
}

// `payload` with the size of the vmlinux behind it, as the kernel's build appends it.
inline std::string WithSize(std::string payload, std::size_t size) {
  payload.resize(payload.size() + 4);
  Put(payload, payload.size() - 4, static_cast<std::uint32_t>(size));
  return payload;
}

// A .config with everything that halfopen needs built in, but for `line` instead of its option.
inline std::string FakeConfig(const std::string& line = {}) {
  std::string config = "# a comment\nCONFIG_HZ=250\n";
  const auto append = [&](std::string_view option) {
    const std::string set = fmt::format("{}=", option);
    config += line.starts_with(set) ? line + "\n" : set + "y\n";
  };
  for (const ModuleNeed& need : kModuleNeeds) append(need.option);
  for (const std::string_view option : kOptionNeeds) append(option);
  return config;
}

// modules.builtin with every module that halfopen needs but `missing`.
inline std::string AllBuiltIn(std::string_view missing = {}) {
  std::string lines;
  for (const ModuleNeed& need : kModuleNeeds) {
    if (need.module != missing) lines += fmt::format("kernel/net/{}.ko\n", need.module);
  }
  return lines;
}

// A folder of its own for each test, removed afterwards.
class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "halfopen-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~FolderTest() override { std::filesystem::remove_all(folder_); }
  // Makes a file below the folder and returns its path.
  std::filesystem::path File(const std::string& name, std::string_view content) {
    const std::filesystem::path file = folder_ / name;
    std::filesystem::create_directories(file.parent_path());
    WriteWhole(file, content);
    return file;
  }

  std::filesystem::path folder_;
};

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_FAKE_KERNEL_H_

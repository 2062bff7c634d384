// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/payload.h"

#include <filesystem>
#include <optional>
#include <sstream>

#include "fixtures/find_program.h"
#include "harness/venue/cpio.h"
#include "harness/venue/tool.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// Files that programs ask the C library for.
constexpr const char* kNameFiles[] = {"/etc/protocols", "/etc/services", "/etc/passwd",
                                      "/etc/group"};

// The ELF interpreter of x86-64, by its fixed name (System V ABI).
constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";

// The shared libraries of a program, as its loader finds them: absolute paths (ld.so(8), --list).
// A static one has none.
std::vector<fs::path> LibrariesOf(const fs::path& program) {
  const std::string text = RunTool({kLoader, "libc6"}, {"--list", program.string()}).output;
  std::vector<fs::path> libraries;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (word.starts_with('/')) libraries.emplace_back(word);
  }
  return libraries;
}

void AddWithLibraries(CpioArchive& archive, const fs::path& place, const fs::path& program) {
  archive.AddFrom(place, program);
  for (const fs::path& library : LibrariesOf(program)) archive.AddFrom(library, library);
}

}  // namespace

std::vector<std::string> MakePayloads(const std::vector<std::string>& programs,
                                      const std::vector<std::string>& orders) {
  CpioArchive archive;
  AddWithLibraries(archive, kPayloadProgram, fs::read_symlink("/proc/self/exe"));
  for (const std::string& name : programs) {
    // The scenario that wants a missing one says so itself.
    if (const std::optional<std::string> path = FindProgram(name)) {
      AddWithLibraries(archive, *path, *path);
    }
  }
  for (const char* file : kNameFiles) {
    if (fs::exists(file)) archive.AddFrom(file, file);
  }
  std::vector<std::string> payloads;
  for (const std::string& order : orders) {
    CpioArchive own = archive;
    own.AddFile(kPayloadOrders, order);
    payloads.push_back(own.Finish());
  }
  return payloads;
}

}  // namespace halfopen

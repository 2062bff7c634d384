// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/payload.h"

#include <filesystem>

#include "harness/venue/cpio.h"
#include "harness/venue/packer.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// Files that the C library reads for programs: names (getservbyname(3), getpwnam(3)), and where
// ld.so(8) finds libraries that lie in folders of their own.
constexpr const char* kSystemFiles[] = {"/etc/protocols", "/etc/services", "/etc/passwd",
                                        "/etc/group", "/etc/ld.so.cache"};

}  // namespace

std::vector<std::string> MakePayloads(const Luggage& luggage,
                                      const std::vector<std::string>& orders) {
  Packer packer;
  packer.AddProgramAs(kPayloadProgram, fs::read_symlink("/proc/self/exe"));
  for (const std::string& program : luggage.programs) packer.AddProgram(program);
  for (const std::string& file : luggage.files) packer.AddFile(file);
  for (const char* file : kSystemFiles) packer.AddFile(file);
  std::vector<std::string> payloads;
  for (const std::string& order : orders) {
    CpioArchive own = packer.archive();
    own.AddFile(kPayloadOrders, order);
    payloads.push_back(own.Finish());
  }
  return payloads;
}

}  // namespace halfopen

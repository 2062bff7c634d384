// SPDX-License-Identifier: GPL-2.0-or-later
// One program for all targets, for it is linked once: HALFOPEN_FUZZ_TARGET names the one to run. A
// word of the command line would be lost where libFuzzer starts itself again (-merge=1).
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fuzz/target.h"

namespace {

const halfopen::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  const char* const name = std::getenv("HALFOPEN_FUZZ_TARGET");
  for (const halfopen::fuzz::Target& target : halfopen::fuzz::Targets()) {
    if (name != nullptr && std::string_view(name) == target.name) chosen = &target;
  }
  if (chosen != nullptr) return 0;
  std::fputs("HALFOPEN_FUZZ_TARGET names none of:", stderr);
  for (const halfopen::fuzz::Target& target : halfopen::fuzz::Targets()) {
    std::fprintf(stderr, " %s", target.name);
  }
  std::fputs("\n", stderr);
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen->run({data, size});
  return 0;
}

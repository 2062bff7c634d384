// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/guest_init.h"

// HALFOPEN_GUEST_INIT is the path of the built executable.
asm(R"(
  .section .rodata
  .global halfopen_guest_init_begin
  .global halfopen_guest_init_end
halfopen_guest_init_begin:
  .incbin ")" HALFOPEN_GUEST_INIT R"("
halfopen_guest_init_end:
  .previous
)");

extern "C" const char halfopen_guest_init_begin[];
extern "C" const char halfopen_guest_init_end[];

namespace halfopen {

std::string_view GuestInit() {
  return {halfopen_guest_init_begin,
          static_cast<std::size_t>(halfopen_guest_init_end - halfopen_guest_init_begin)};
}

}  // namespace halfopen

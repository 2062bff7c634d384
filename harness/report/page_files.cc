// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/page_files.h"

// HALFOPEN_PAGE_SCRIPT and HALFOPEN_PAGE_STYLE are the paths of the bundled files.
asm(R"(
  .section .rodata
  .global halfopen_page_script_begin
  .global halfopen_page_script_end
  .global halfopen_page_style_begin
  .global halfopen_page_style_end
halfopen_page_script_begin:
  .incbin ")" HALFOPEN_PAGE_SCRIPT R"("
halfopen_page_script_end:
halfopen_page_style_begin:
  .incbin ")" HALFOPEN_PAGE_STYLE R"("
halfopen_page_style_end:
  .previous
)");

extern "C" const char halfopen_page_script_begin[];
extern "C" const char halfopen_page_script_end[];
extern "C" const char halfopen_page_style_begin[];
extern "C" const char halfopen_page_style_end[];

namespace halfopen {

std::string_view PageScript() {
  return {halfopen_page_script_begin,
          static_cast<std::size_t>(halfopen_page_script_end - halfopen_page_script_begin)};
}

std::string_view PageStyle() {
  return {halfopen_page_style_begin,
          static_cast<std::size_t>(halfopen_page_style_end - halfopen_page_style_begin)};
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
// error: a segment is sent or it is not
// line: 3
#include "harness/craft/crafted_script.h"

halfopen::CraftedScript MakeScript() {
  return R"(
      server > client  .  1:1(0) ack 1
      ? server > client  R  1:1(0)
  )";
}

// SPDX-License-Identifier: GPL-2.0-or-later
// error: flags: letters of SFRP.UEW in this order, or none
// line: 2
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      client > server  X  0:0(0)
  )";
}

// SPDX-License-Identifier: GPL-2.0-or-later
// error: no time on the first packet, as nothing was sent before it
// line: 2
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      +1s client > server  S  0:0(0)
  )";
}

// SPDX-License-Identifier: GPL-2.0-or-later
// error: in this order
// line: 4
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      handshake
      // a comment counts as a line
      client > server  .  1:1(0) win 5 ack 1
  )";
}

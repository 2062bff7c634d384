// SPDX-License-Identifier: GPL-2.0-or-later
// error: no ack, as the flags have no
// line: 2
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      client > server  S  0:0(0) ack 1
  )";
}

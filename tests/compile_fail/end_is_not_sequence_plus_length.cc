// SPDX-License-Identifier: GPL-2.0-or-later
// error: a sequence range whose end is seq [+] len
// line: 3
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      handshake
      client > server  P.  1:6(4) ack 1
  )";
}

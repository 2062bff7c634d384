// SPDX-License-Identifier: GPL-2.0-or-later
// error: a unit [(]ns, us, ms or s[)] right behind the number
// line: 3
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      handshake
      quiet 200
  )";
}

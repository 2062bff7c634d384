// SPDX-License-Identifier: GPL-2.0-or-later
// The same as its neighbours, but without a mistake: it must compile.
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      handshake
      +1s client > server  P.  1:5(4) ack 1 win 5 *3
      quiet 200ms
  )";
}

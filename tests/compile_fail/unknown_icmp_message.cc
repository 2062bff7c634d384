// SPDX-License-Identifier: GPL-2.0-or-later
// error: an ICMP message: a word such as port-unreachable, TYPE/CODE, or the name of one
// line: 3
#include "harness/expect/notation.h"

halfopen::Script MakeScript() {
  return R"(
      client > server  S  0:0(0)
      router > client  icmp host-unreachabel
  )";
}

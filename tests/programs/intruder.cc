// SPDX-License-Identifier: GPL-2.0-or-later
// A program under test that means harm: prints what it got into, and "tried" at the end.
// usage: intruder OUTSIDE [harmless]
#include <cstdio>

#include "tests/programs/intrusions.h"

int main(int argc, char** argv) {
  const bool harmless = argc > 2;
  std::string got_in = Try(halfopen::IntrusionsInto(halfopen::Outside::Parse(argv[1])), harmless);
  if (!harmless) got_in += Try(halfopen::IntrusionsIntoScenario());
  std::printf("%stried\n", got_in.c_str());
}

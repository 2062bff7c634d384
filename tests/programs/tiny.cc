// SPDX-License-Identifier: GPL-2.0-or-later
// A program that starts: built statically and dynamically for the tests of what travels into
// guests.
#include <cstdio>

int main() { return std::puts("tiny is here") < 0; }

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/command_line.h"

int main(int argc, char** argv) { return halfopen::Main(argc, argv); }

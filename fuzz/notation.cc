// SPDX-License-Identifier: GPL-2.0-or-later
// A script, and every line of it printed and read again: what is printed reads as the same.
#include "harness/expect/notation.h"

#include <string>

#include "fuzz/target.h"
#include "harness/expect/notation_print.h"

namespace halfopen::fuzz {
namespace {

std::string Printed(const Script& script) {
  std::string text;
  for (const Line& line : script.lines()) text += PrintLine(line) + "\n";
  return text;
}

}  // namespace

void Notation(Input input) {
  std::string first;
  try {
    first = Printed(Script::Parse(AsText(input)));
  } catch (const NotationError&) {
    return;
  }
  std::string second;
  try {
    second = Printed(Script::Parse(first));
  } catch (const NotationError& error) {
    Require(false, "what was printed is refused: " + std::string(error.what()) + "\n" + first);
  }
  Require(first == second, "printed twice:\n" + first + second);
}

}  // namespace halfopen::fuzz

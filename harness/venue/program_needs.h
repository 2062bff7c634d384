// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_PROGRAM_NEEDS_H_
#define HALFOPEN_HARNESS_VENUE_PROGRAM_NEEDS_H_

#include <filesystem>
#include <string>
#include <vector>

namespace halfopen {

// The other files without which a program or a shared library cannot be started or loaded.
struct ProgramNeeds {
  std::vector<std::filesystem::path> files;
  // What this machine has not: "the library libfoo.so.1", "the interpreter python3".
  std::vector<std::string> missing;
};

// Of a dynamic ELF file: its interpreter, which is its dynamic loader, and the shared libraries as
// that one finds them (ld.so(8), --list), but not what it dlopen(3)s. Of a script: the interpreter
// of its first line (execve(2)), and the program that env(1) looks up if that is it. Of a static
// program, and of any other file: nothing. Throws EnvironmentError if the file cannot be read.
ProgramNeeds NeedsOf(const std::filesystem::path& file);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_PROGRAM_NEEDS_H_

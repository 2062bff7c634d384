// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_PROGRAM_NEEDS_H_
#define HALFOPEN_HARNESS_VENUE_PROGRAM_NEEDS_H_

#include <filesystem>
#include <string>
#include <vector>

namespace halfopen {

// The other files without which a program or a shared library cannot be started or loaded.
struct ProgramNeeds {
  // Of a dynamic ELF file: its dynamic loader and all shared libraries, those that libraries need
  // as well, as the loader finds them (ld.so(8), --list); but not what is loaded with dlopen(3).
  std::vector<std::filesystem::path> libraries;
  // Of a script: the interpreter of its first line (execve(2)), and the program that env(1) looks
  // up if that is it. These have needs of their own.
  std::vector<std::filesystem::path> interpreters;
  // What this machine has not: "the library libfoo.so.1", "the interpreter python3".
  std::vector<std::string> missing;
};

// A static program, and any file that is none of these, needs nothing. Throws EnvironmentError if
// the file cannot be read.
ProgramNeeds NeedsOf(const std::filesystem::path& file);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_PROGRAM_NEEDS_H_

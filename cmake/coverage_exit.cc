// SPDX-License-Identifier: GPL-2.0-or-later
// Of the coverage build alone: what ends by _exit(2), as every scenario's process does, writes its
// counters first. (The linker puts this in _exit's place: --wrap=_exit.)
extern "C" {

void __gcov_dump();
[[noreturn]] void __real__exit(int status);

[[noreturn]] void __wrap__exit(int status) {
  __gcov_dump();
  __real__exit(status);
}

}  // extern "C"

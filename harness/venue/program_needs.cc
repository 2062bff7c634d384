// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/program_needs.h"

#include <elf.h>

#include <optional>
#include <regex>
#include <sstream>
#include <string_view>

#include "fixtures/find_program.h"
#include "harness/venue/tool.h"
#include "harness/venue/value_at.h"
#include "harness/venue/whole_file.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// The loader of a shared library, which names none: that of x86-64 (System V ABI).
constexpr char kLoader[] = "/lib64/ld-linux-x86-64.so.2";

struct Elf {
  bool dynamic = false;
  std::string interpreter;
};

// nullopt for one of another architecture.
std::optional<Elf> ReadElf(std::string_view bytes) {
  const auto header = ValueAt<Elf64_Ehdr>(bytes, 0);
  if (!header || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64) {
    return std::nullopt;
  }
  Elf elf;
  for (std::size_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = ValueAt<Elf64_Phdr>(bytes, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) break;
    elf.dynamic |= segment->p_type == PT_DYNAMIC;
    if (segment->p_type == PT_INTERP && segment->p_offset < bytes.size()) {
      elf.interpreter = bytes.substr(segment->p_offset, segment->p_filesz);
      elf.interpreter.resize(elf.interpreter.find_last_not_of('\0') + 1);
    }
  }
  return elf;
}

// A line is "libfoo.so.1 => /lib/libfoo.so.1 (0x7f…)", the loader's own path, or of something that
// is no file.
void AddLibraries(ProgramNeeds& needs, const std::string& list) {
  std::istringstream words(list);
  for (std::string word; words >> word;) {
    if (word.starts_with('/')) needs.libraries.emplace_back(word);
  }
}

// What a loader complains of: "…: error while loading shared libraries: libfoo.so.1: cannot open
// shared object file: …" (glibc), "Error loading shared library libfoo.so.1: …" (musl).
std::string MissingFrom(const std::string& complaint) {
  static const std::regex pattern("loading shared librar(?:y|ies:) ([^ :]+): ");
  std::smatch found;
  if (std::regex_search(complaint, found, pattern)) return "the library " + found[1].str();
  return "another loader: " + complaint;
}

ProgramNeeds NeedsOfElf(std::string_view bytes, const fs::path& file) {
  const std::optional<Elf> elf = ReadElf(bytes);
  ProgramNeeds needs;
  if (!elf) {
    needs.missing.emplace_back("a machine other than x86-64");
    return needs;
  }
  if (!elf->dynamic && elf->interpreter.empty()) return needs;
  const std::string loader = elf->interpreter.empty() ? kLoader : elf->interpreter;
  if (!fs::exists(loader)) {
    needs.missing.push_back("the loader " + loader);
    return needs;
  }
  const ToolOutcome outcome = RunTool({loader, "libc6"}, {"--list", file.string()});
  if (!elf->interpreter.empty()) needs.libraries.emplace_back(loader);
  AddLibraries(needs, outcome.output);
  if (!outcome.ok()) needs.missing.push_back(MissingFrom(outcome.Complaint()));
  return needs;
}

// The program that env(1) starts: its first word that is neither an option nor a variable.
std::optional<std::string> StartedByEnv(std::istringstream& words) {
  for (std::string word; words >> word;) {
    if (!word.starts_with('-') && word.find('=') == std::string::npos) return word;
  }
  return std::nullopt;
}

ProgramNeeds NeedsOfScript(std::string_view bytes) {
  std::istringstream words(std::string(bytes.substr(2, bytes.find('\n') - 2)));
  std::string interpreter;
  words >> interpreter;
  ProgramNeeds needs;
  const auto add = [&](const std::string& program) {
    const std::optional<std::string> found = FindProgram(program);
    if (found && fs::exists(*found)) {
      needs.interpreters.emplace_back(*found);
    } else {
      needs.missing.push_back("the interpreter " + program);
    }
  };
  if (interpreter.empty()) return needs;
  add(interpreter);
  if (fs::path(interpreter).filename() != "env") return needs;
  if (const std::optional<std::string> program = StartedByEnv(words)) add(*program);
  return needs;
}

}  // namespace

ProgramNeeds NeedsOf(const fs::path& file) {
  const std::string bytes = ReadWhole(file);
  if (bytes.starts_with(ELFMAG)) return NeedsOfElf(bytes, fs::absolute(file));
  if (bytes.starts_with("#!")) return NeedsOfScript(bytes);
  return {};
}

}  // namespace halfopen

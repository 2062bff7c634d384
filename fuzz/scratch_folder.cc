// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz/scratch_folder.h"

#include <cstdlib>
#include <fstream>

#include "netns/error.h"

namespace halfopen::fuzz {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  const fs::path memory = "/dev/shm";
  std::error_code error;
  std::string name =
      ((fs::is_directory(memory, error) ? memory : fs::temp_directory_path()) / "fuzz.XXXXXX")
          .string();
  if (mkdtemp(name.data()) == nullptr) throw EnvironmentError("mkdtemp", name, errno);
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

void ScratchFolder::Put(const fs::path& name, std::string_view content) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
}

std::set<std::string> ScratchFolder::Names() const {
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

void ScratchFolder::Empty() const {
  for (const std::string& name : Names()) fs::remove_all(path_ / name);
}

}  // namespace halfopen::fuzz

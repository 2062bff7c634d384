// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/held_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>

#include "harness/runner/invoking_user.h"
#include "netns/error.h"
#include "netns/write_all.h"

namespace halfopen {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

// In a folder of the invoking user's, this thread has that user's rights alone for the life of the
// object: whatever has been put there, it gets no further by it than the user does.
class RightsIn {
 public:
  explicit RightsIn(int folder) {
    const std::optional<InvokingUser> user = TheInvokingUser();
    struct stat status {};
    if (user && fstat(folder, &status) == 0 && status.st_uid == user->uid) act_.emplace(*user);
  }

 private:
  std::optional<ActAsUser> act_;
};

// `made` was just made by this thread, through this descriptor or in a folder that only root may
// write to.
void GiveAway(int made) {
  const std::optional<InvokingUser> user = TheInvokingUser();
  struct stat status {};
  if (!user || fstat(made, &status) != 0 || status.st_uid == user->uid) return;
  // A file that cannot be handed over is still evidence.
  static_cast<void>(fchown(made, user->uid, user->gid) == 0);
}

// A link in a folder where everybody may write has been put there by its owner, who is to be
// somebody that this process would obey anyway (as the sysctl fs.protected_symlinks has it, which
// may be off).
void RequireOwnLink(const std::filesystem::path& path) {
  struct stat link {};
  struct stat folder {};
  if (lstat(path.c_str(), &link) != 0 || !S_ISLNK(link.st_mode)) return;
  const std::filesystem::path above = path.has_parent_path() ? path.parent_path() : ".";
  if (stat(above.c_str(), &folder) != 0 || (folder.st_mode & S_IWOTH) == 0) return;
  const std::optional<InvokingUser> user = TheInvokingUser();
  if (link.st_uid == geteuid() || (user && link.st_uid == user->uid)) return;
  throw EnvironmentError("--out", path.string(), ELOOP,
                         "another user's symbolic link, where everybody may write; name another");
}

}  // namespace

HeldFolder HeldFolder::Make(const std::filesystem::path& path) {
  const std::filesystem::path plain = path.has_filename() ? path : path.parent_path();
  if (!plain.empty()) RequireOwnLink(plain);
  Fd folder(open(path.c_str(), kFolder));
  if (!folder && errno == ENOENT && plain.has_filename()) {
    const std::filesystem::path above = plain.has_parent_path() ? plain.parent_path() : ".";
    return Make(above).MakeFolder(plain.filename().string());
  }
  if (!folder) throw EnvironmentError("--out", path.string(), errno);
  return {std::move(folder), path};
}

HeldFolder HeldFolder::MakeFolder(const std::string& name) const {
  const RightsIn rights(fd());
  const bool made = mkdirat(fd(), name.c_str(), 0755) == 0;
  if (!made && errno != EEXIST) throw EnvironmentError("--out: mkdir", Spell(name), errno);
  Fd folder(openat(fd(), name.c_str(), kFolder | O_NOFOLLOW));
  if (!folder) throw EnvironmentError("--out: open the folder", Spell(name), errno);
  if (made) GiveAway(folder.get());
  return {std::move(folder), spelled_ / name};
}

HeldFolder HeldFolder::MakeFolders(const std::filesystem::path& name) const {
  HeldFolder folder(Fd(Check(openat(fd(), ".", kFolder), "open", spelled_.string())), spelled_);
  for (const std::filesystem::path& part : name) folder = folder.MakeFolder(part.string());
  return folder;
}

void HeldFolder::Write(const std::filesystem::path& name, std::string_view content) const {
  if (!name.has_parent_path()) return WriteFile(name.string(), content);
  MakeFolders(name.parent_path()).WriteFile(name.filename().string(), content);
}

void HeldFolder::WriteFile(const std::string& name, std::string_view content) const {
  const std::string beside = name + ".tmp";
  const RightsIn rights(fd());
  // One that was left by a run that was killed, or is no file at all.
  unlinkat(fd(), beside.c_str(), 0);
  const Fd file(
      openat(fd(), beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file) throw EnvironmentError("open", Spell(beside), errno);
  try {
    WriteAll(file, content, Spell(name));
    GiveAway(file.get());
    Check(renameat(fd(), beside.c_str(), fd(), name.c_str()), "rename", Spell(name));
  } catch (const EnvironmentError&) {
    unlinkat(fd(), beside.c_str(), 0);
    throw;
  }
}

void HeldFolder::Remove(const std::string& name) const {
  const auto unlink_it = [&](int flags) {
    const RightsIn rights(fd());
    return unlinkat(fd(), name.c_str(), flags) == 0 || errno == ENOENT ? 0 : errno;
  };
  const int error = unlink_it(0);
  if (error == 0) return;
  if (error != EISDIR) throw EnvironmentError("--out: remove", Spell(name), error);
  Fd folder(openat(fd(), name.c_str(), kFolder | O_NOFOLLOW));
  if (!folder) throw EnvironmentError("--out: remove", Spell(name), errno);
  const HeldFolder inner(std::move(folder), spelled_ / name);
  for (const std::string& entry : inner.Names()) inner.Remove(entry);
  if (const int left = unlink_it(AT_REMOVEDIR); left != 0) {
    throw EnvironmentError("--out: remove", Spell(name), left);
  }
}

std::vector<std::string> HeldFolder::Names() const {
  Fd again(Check(openat(fd(), ".", kFolder), "open", spelled_.string()));
  const std::unique_ptr<DIR, int (*)(DIR*)> list(fdopendir(again.get()), closedir);
  if (!list) throw EnvironmentError("read", spelled_.string(), errno);
  again.Release();
  std::vector<std::string> names;
  for (errno = 0; const dirent* entry = readdir(list.get());) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  if (errno != 0) throw EnvironmentError("read", spelled_.string(), errno);
  return names;
}

}  // namespace halfopen

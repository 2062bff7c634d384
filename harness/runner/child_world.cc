// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/child_world.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "harness/runner/invoking_user.h"
#include "harness/runner/mount_tree.h"
#include "harness/runner/privilege.h"
#include "harness/runner/refused_calls.h"
#include "netns/capabilities.h"
#include "netns/error.h"
#include "netns/namespace.h"
#include "netns/regular_file.h"
#include "netns/write_all.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// Where children see --out if their user may not enter the folders above it.
constexpr char kOutWithin[] = "/run/halfopen/out";

// Ids that no user has: below 2^31 the last that a Linux knows no use for
// (systemd.io/UIDS-GIDS), where no directory service begins to count.
constexpr unsigned kNobodysIds = 0x7fff0000;
constexpr unsigned kIds = 65535;

void WriteMap(pid_t process, const char* which, unsigned root) {
  const std::string path = fmt::format("/proc/{}/{}", process, which);
  const std::string own = ReadRegularFile(fmt::format("/proc/self/{}", which)).value_or("");
  const Fd fd(Check(open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
  WriteAll(fd, IdMap(root, own), path);
}

Fd OpenNamespaceOf(pid_t process, const char* which) {
  const std::string path = fmt::format("/proc/{}/ns/{}", process, which);
  return Fd(Check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
}

// A process that makes namespaces, which outlive it by descriptors. Both sides speak in turns of
// one byte; a longer word is why it could not.
class Maker {
 public:
  // `make` runs in a forked child, and calls the function that it is given between its steps.
  explicit Maker(const std::function<void(const std::function<void(char)>&)>& make) {
    std::array<int, 2> ends{};
    Check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair",
          "namespaces of the run");
    ours_ = Fd(ends[0]);
    const Fd theirs(ends[1]);
    process_ = Check(fork(), "fork", "namespaces of the run");
    if (process_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    ours_.Reset();
    try {
      make([&theirs](char step) {
        char go = 0;
        if (write(theirs.get(), &step, 1) != 1 || read(theirs.get(), &go, 1) != 1) _exit(1);
      });
    } catch (const std::exception& error) {
      WriteAll(theirs, error.what(), "");
    }
    _exit(0);
  }
  ~Maker() {
    kill(process_, SIGKILL);
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Maker(const Maker&) = delete;
  Maker& operator=(const Maker&) = delete;

  pid_t process() const { return process_; }
  // The step that it has come to. Throws EnvironmentError if it could not.
  char Await() {
    std::array<char, 1024> word;
    ssize_t size = 0;
    while ((size = read(ours_.get(), word.data(), word.size())) < 0 && errno == EINTR) {
    }
    if (size == 1) return word[0];
    throw EnvironmentError("namespaces of the run", "", 0,
                           size > 1 ? std::string(word.data(), static_cast<std::size_t>(size))
                                    : "the process that makes them has died");
  }
  void GoOn() { WriteAll(ours_, "g", "namespaces of the run"); }

 private:
  Fd ours_;
  pid_t process_ = -1;
};

std::map<fs::path, fs::path> WritableFolders(const fs::path& out, const fs::path& seen_out) {
  std::map<fs::path, fs::path> writable;
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  if (!error) writable[temporary] = temporary;
  if (!out.empty()) {
    writable[out] = out;
    writable[seen_out] = out;
  }
  return writable;
}

}  // namespace

std::string IdMap(unsigned root, const std::string& own_map) {
  // Of the ids that there are outside.
  std::istringstream lines(own_map);
  unsigned long first = kNobodysIds;
  bool has_them = false;
  for (unsigned long inside = 0, outside = 0, count = 0; lines >> inside >> outside >> count;) {
    has_them = has_them || (inside <= first && first + kIds <= inside + count);
  }
  std::string map = fmt::format("0 {} 1\n", root);
  const bool clash = root >= first && root < first + kIds;
  if (has_them && !clash) map += fmt::format("1 {} {}\n", first, kIds);
  return map;
}

ChildWorld::ChildWorld(Guest /*guest*/)
    : privileged_(true),
      held_back_(false),
      network_(fcntl(NetworkNamespace::Create().fd(), F_DUPFD_CLOEXEC, 0)) {}

ChildWorld ChildWorld::InGuest() { return ChildWorld(Guest{}); }

ChildWorld::ChildWorld(const fs::path& out)
    : privileged_(HasNamespacePrivilege()), out_(out), seen_out_(out) {
  std::error_code error;
  working_folder_ = fs::current_path(error).string();
  if (!privileged_) return;
  const std::optional<InvokingUser> user = TheInvokingUser();
  if (user && !out_.empty() && !MayEnter(*user, out_)) seen_out_ = kOutWithin;
  Maker maker([this](const auto& step) {
    Check(unshare(CLONE_NEWNS), "unshare", "CLONE_NEWNS");
    HoldBackTree(WritableFolders(out_, seen_out_));
    const bool user_namespace = unshare(CLONE_NEWUSER) == 0;
    step(user_namespace ? 'u' : '-');
    Check(unshare(CLONE_NEWNET), "unshare", "CLONE_NEWNET");
    step('n');
  });
  const bool user_namespace = maker.Await() == 'u';
  mounts_ = OpenNamespaceOf(maker.process(), "mnt");
  if (user_namespace) {
    user_ = OpenNamespaceOf(maker.process(), "user");
    WriteMap(maker.process(), "uid_map", user ? user->uid : 0);
    WriteMap(maker.process(), "gid_map", user ? user->gid : 0);
  }
  maker.GoOn();
  maker.Await();
  network_ = OpenNamespaceOf(maker.process(), "net");
}

std::uint64_t ChildWorld::CloneFlags() const {
  return privileged_ ? CLONE_NEWPID : CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS;
}

fs::path ChildWorld::Seen(const fs::path& folder) const {
  return seen_out_ == out_ ? folder : seen_out_ / folder.lexically_relative(out_);
}

void ChildWorld::Enter() {
  if (privileged_) {
    EnterShared();
  } else {
    HoldBackTree(WritableFolders(out_, seen_out_));
    MountOwnProc();
    if (chdir(working_folder_.c_str()) != 0) Check(chdir("/"), "chdir", "/");
  }
  for (Fd* fd : {&user_, &network_, &mounts_}) fd->Reset();
  if (!held_back_) return;
  DropForeignCapabilities();
  RefuseForeignCalls();
}

void ChildWorld::EnterShared() const {
  if (mounts_) {
    Check(setns(mounts_.get(), CLONE_NEWNS), "setns", "the run's mount namespace");
    Check(unshare(CLONE_NEWNS), "unshare", "CLONE_NEWNS");
    MountOwnProc();
    // What lies below /run or /dev is not there any more.
    if (chdir(working_folder_.c_str()) != 0) Check(chdir("/"), "chdir", "/");
  }
  Check(setns(network_.get(), CLONE_NEWNET), "setns", "the run's network namespace");
  if (!held_back_) return;
  // Root of somebody else's user namespace may not leave groups, but has none that count.
  if (setgroups(0, nullptr) != 0 && errno != EPERM) throw EnvironmentError("setgroups", "", errno);
  if (user_) {
    Check(setns(user_.get(), CLONE_NEWUSER), "setns", "the run's user namespace");
    Check(setresgid(0, 0, 0), "setresgid", "0");
    Check(setresuid(0, 0, 0), "setresuid", "0");
    // A change of user has the kernel hide a process from itself: prctl(2), PR_SET_DUMPABLE.
    Check(prctl(PR_SET_DUMPABLE, 1), "prctl", "PR_SET_DUMPABLE");
  } else if (const std::optional<InvokingUser> user = TheInvokingUser()) {
    setfsgid(user->gid);
    setfsuid(user->uid);
  }
}

}  // namespace halfopen

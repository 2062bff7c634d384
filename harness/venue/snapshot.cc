// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/snapshot.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "harness/venue/cpio.h"
#include "harness/venue/full_disk.h"
#include "harness/venue/guest_console.h"
#include "harness/venue/guest_init.h"
#include "harness/venue/guest_settings.h"
#include "harness/venue/kernel_modules.h"
#include "harness/venue/machine.h"
#include "harness/venue/mailbox_memory.h"
#include "harness/venue/ram_file.h"
#include "harness/venue/snapshot_record.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// A boot takes some seconds here; this is for the slowest machine that is still alive.
constexpr std::chrono::minutes kBootPatience{5};

Fd MakeFile(const fs::path& path) {
  return Fd(Check(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "open",
                  path.string()));
}

std::string Initramfs(const Kernel& kernel) {
  CpioArchive archive;
  archive.AddFile("/init", GuestInit(), 0755);
  archive.AddFile("/settings", GuestSettings());
  archive.AddFolder("/dev");
  std::string order;
  for (const fs::path& file : ModulesFor(kernel)) {
    const std::string name = file.filename().string();
    archive.AddFile(fs::path("/modules") / name, ReadModule(file));
    order += name + "\n";
  }
  archive.AddFile("/modules/order", order);
  return archive.Finish();
}

// FNV-1a: a name for what a snapshot is made of, not a protection against anybody.
std::uint64_t ShortHash(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

// Size and time of last change tell two builds of a file apart. The path is left out, and so are
// the fractions of a second: a cache may be moved, shared or unpacked from an archive.
std::string Identity(const fs::path& file) {
  struct stat status {};
  Check(stat(file.c_str(), &status), "stat", file.string());
  return fmt::format("{} {}\n", status.st_size, status.st_mtim.tv_sec);
}

std::string NameOfSnapshot(const Kernel& kernel, const std::string& initramfs) {
  std::string inputs = Identity(QemuProgram()) + Identity(kernel.image) + GuestCommandLine() + "\n";
  for (const std::string& argument : MachineArguments(Machine::Ram::kWritten)) {
    inputs += argument + "\n";
  }
  return fmt::format("snapshot-{:016x}", ShortHash(inputs + initramfs));
}

// Returns when the guest waits for its payload and its state is written.
void Save(Machine& machine, const MailboxHeader& mailbox, int state) {
  Qmp& qmp = machine.qmp();
  qmp.AwaitEvent("STOP");
  // A kernel that has pvpanic's driver stops the machine when it dies, too.
  if (mailbox.state.load() != MailboxHeader::State::kWaiting) {
    throw EnvironmentError("guest", "boot", 0, "it stopped before its time");
  }
  qmp.Migrate("migrate", state);
}

void Boot(const Kernel& kernel, const std::string& initramfs, const fs::path& folder,
          int interrupt) {
  const Patience patience{Clock::now() + kBootPatience, interrupt};
  const fs::path initrd = folder / "initramfs";
  WriteWhole(initrd, initramfs);
  // Not in its file yet: a full disk would stop QEMU without a word in the middle of a page.
  const Fd ram = MakeMemory(std::uint64_t{kGuestMemory} << 20);
  const Fd state = MakeFile(folder / "state");
  const MailboxMemory mailbox = MailboxMemory::Create();
  Machine machine(
      PathForChild(ram), Machine::Ram::kWritten, mailbox.descriptor(),
      {"-kernel", kernel.image.string(), "-initrd", initrd.string(), "-append", GuestCommandLine()},
      patience);
  try {
    Save(machine, mailbox.header(), state.get());
  } catch (const EnvironmentError& error) {
    if (error.error() == EINTR) throw;
    const std::string end = machine.EndBecauseOf(error);
    const std::string why = GuestComplaint(mailbox.header(), machine.Console());
    throw BootError(kernel.name,
                    fmt::format("the guest did not come up: {}", why.empty() ? end : why),
                    machine.Console());
  }
  machine.End();
  fs::remove(initrd);
  const fs::path file = folder / "ram";
  CopyPages(ram, MakeFile(file), file.string());
}

// A lock of a folder; empty if somebody has one that forbids it, or if there is no such folder.
Fd Lock(const fs::path& folder, int kind) {
  Fd lock(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return lock && flock(lock.get(), kind | LOCK_NB) == 0 ? std::move(lock) : Fd();
}

// A folder for a snapshot that is not whole yet, locked and removed with everything in it when this
// is destroyed. What a killed run leaves is not locked, and goes with the next one.
class Unfinished {
 public:
  explicit Unfinished(const fs::path& parent) {
    std::string pattern = (parent / "snapshot-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw EnvironmentError("snapshot: mkdtemp", pattern, errno,
                             "set XDG_CACHE_HOME to a folder that you may write");
    }
    folder_ = pattern;
    lock_ = Lock(folder_, LOCK_EX);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
  Fd lock_;
};

// Removes the snapshots of other inputs that nobody is resuming, and what killed runs left half
// made.
void RemoveOthers(const fs::path& folder, const std::string& kept) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("snapshot-") || name == kept) continue;
    if (const Fd lock = Lock(entry.path(), LOCK_EX)) fs::remove_all(entry.path(), ignored);
  }
}

// Puts what was made into its place. Whoever was faster has made the same.
void Publish(const Unfinished& made, const fs::path& place) {
  if (fs::exists(place) && DamageOfSnapshot(place).empty()) return;
  std::error_code error;
  fs::rename(place, made.folder() / "replaced", error);
  fs::rename(made.folder() / "whole", place, error);
  if (!error || DamageOfSnapshot(place).empty()) return;
  throw EnvironmentError("snapshot: rename", place.string(), error.value());
}

}  // namespace

Snapshot SnapshotOf(const Kernel& kernel, const std::function<void(const std::string&)>& tell,
                    int interrupt) {
  const std::string initramfs = Initramfs(kernel);
  const std::string name = NameOfSnapshot(kernel, initramfs);
  const fs::path folder = kernel.folder / name;
  const auto found = [&] {
    return Snapshot{folder / "ram", folder / "state", Lock(folder, LOCK_SH)};
  };
  std::string damage;
  if (Snapshot snapshot = found(); snapshot.in_use) {
    damage = DamageOfSnapshot(folder);
    if (damage.empty()) return snapshot;
    damage = fmt::format(" again, for its snapshot is damaged ({})", damage);
  }
  const Unfinished unfinished(kernel.folder);
  tell(fmt::format("booting {} ({}) once{}; the booted guest is kept", kernel.name, kernel.release,
                   damage));
  WithFullDiskExplained("snapshot of " + kernel.name, kernel.folder, 200, [&] {
    const fs::path whole = unfinished.folder() / "whole";
    fs::create_directory(whole);
    Boot(kernel, initramfs, whole, interrupt);
    WriteSnapshotRecord(whole);
  });
  Publish(unfinished, folder);
  RemoveOthers(kernel.folder, name);
  return found();
}

}  // namespace halfopen

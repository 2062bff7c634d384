// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/snapshot.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "harness/venue/cpio.h"
#include "harness/venue/guest_init.h"
#include "harness/venue/guest_settings.h"
#include "harness/venue/kernel_modules.h"
#include "harness/venue/machine.h"
#include "harness/venue/mailbox_memory.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// A boot takes some seconds here; this is for the slowest machine that is still alive.
constexpr std::chrono::minutes kPatience{5};

Fd MakeFile(const fs::path& path, std::uint64_t size) {
  Fd file(Check(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), "open",
                path.string()));
  Check(ftruncate(file.get(), static_cast<off_t>(size)), "ftruncate", path.string());
  return file;
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
std::uint64_t Hash(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

// Size and time of last change tell two builds of a file apart.
std::string Identity(const fs::path& file) {
  return fmt::format("{} {} {}\n", file.string(), fs::file_size(file),
                     fs::last_write_time(file).time_since_epoch().count());
}

std::string NameOfSnapshot(const Kernel& kernel, const std::string& initramfs) {
  std::string inputs = Identity(QemuProgram()) + Identity(kernel.image) + GuestCommandLine() + "\n";
  for (const std::string& argument : MachineArguments()) inputs += argument + "\n";
  return fmt::format("snapshot-{:016x}", Hash(inputs + initramfs));
}

void Boot(const Kernel& kernel, const std::string& initramfs, const fs::path& folder) {
  const TimePoint deadline = Clock::now() + kPatience;
  const fs::path initrd = folder / "initramfs";
  WriteWhole(initrd, initramfs);
  MakeFile(folder / "ram", std::uint64_t{kGuestMemory} << 20);
  const Fd state = MakeFile(folder / "state", 0);
  const MailboxMemory mailbox = MailboxMemory::Create();
  Machine machine(
      folder / "ram", Machine::Ram::kWritten, mailbox.descriptor(),
      {"-kernel", kernel.image.string(), "-initrd", initrd.string(), "-append", GuestCommandLine()},
      kPatience);
  try {
    Qmp& qmp = machine.qmp();
    qmp.AwaitEvent("STOP", deadline);
    const nlohmann::json ignore_shared = {{"capability", "x-ignore-shared"}, {"state", true}};
    qmp.Execute("migrate-set-capabilities",
                {{"capabilities", nlohmann::json::array({ignore_shared})}}, deadline);
    qmp.Execute("migrate-set-capabilities",
                {{"capabilities", {{{"capability", "events"}, {"state", true}}}}}, deadline);
    qmp.PassDescriptor("state", state.get(), deadline);
    qmp.Execute("migrate", {{"uri", "fd:state"}}, deadline);
    for (std::string status; status != "completed";) {
      qmp.AwaitEvent("MIGRATION", deadline);
      status = qmp.Execute("query-migrate", nlohmann::json::object(), deadline).value("status", "");
      if (status == "failed") throw EnvironmentError("QEMU", "snapshot", 0, "it failed");
    }
  } catch (const EnvironmentError& error) {
    throw EnvironmentError("boot", kernel.name, 0,
                           fmt::format("the guest did not come up ({}); its console ends:\n{}",
                                       error.what(), TailOf(machine.Console())));
  }
  machine.End();
  fs::remove(initrd);
}

// Whether the process still lives that named a folder "….PID.new".
bool IsBeingMade(const std::string& name) {
  const std::string stem = fs::path(name).stem().string();
  const std::size_t dot = stem.rfind('.');
  const pid_t maker = dot == std::string::npos ? 0 : std::atoi(stem.c_str() + dot + 1);
  return maker > 0 && (kill(maker, 0) == 0 || errno == EPERM);
}

// Removes the snapshots of other inputs and what killed runs left half made.
void RemoveOthers(const fs::path& folder, const std::string& kept) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("snapshot-") || name == kept) continue;
    std::error_code ignored;
    if (!name.ends_with(".new") || !IsBeingMade(name)) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

std::string TailOf(const std::string& console) {
  constexpr int kLines = 20;
  std::size_t begin = console.size();
  for (int line = 0; line <= kLines && begin != 0 && begin != std::string::npos; ++line) {
    begin = console.rfind('\n', begin - 1);
  }
  return begin == std::string::npos || begin == 0 ? console : console.substr(begin + 1);
}

Snapshot SnapshotOf(const Kernel& kernel, const std::function<void(const std::string&)>& tell) {
  const std::string initramfs = Initramfs(kernel);
  const std::string name = NameOfSnapshot(kernel, initramfs);
  const fs::path folder = kernel.folder / name;
  const Snapshot snapshot{folder / "ram", folder / "state"};
  if (fs::exists(snapshot.state)) return snapshot;

  tell(fmt::format("booting {} ({}) once; the booted guest is kept", kernel.name, kernel.release));
  // Beside its place until it is whole; a killed run leaves a folder that the next one removes.
  const fs::path beside = kernel.folder / fmt::format("{}.{}.new", name, getpid());
  fs::create_directories(beside);
  try {
    Boot(kernel, initramfs, beside);
  } catch (...) {
    fs::remove_all(beside);
    throw;
  }
  std::error_code taken;  // Somebody else may have been faster; theirs is as good.
  fs::rename(beside, folder, taken);
  RemoveOthers(kernel.folder, name);
  return snapshot;
}

}  // namespace halfopen

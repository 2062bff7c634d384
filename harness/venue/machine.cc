// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/machine.h"

#define BOOST_PROCESS_V2_HEADER_ONLY
#define BOOST_PROCESS_V2_SEPARATE_COMPILATION_OFF
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/process/v2.hpp>
#include <chrono>
#include <csignal>
#include <optional>

#include "fixtures/find_program.h"
#include "harness/venue/machine_ports.h"
#include "harness/venue/mailbox.h"
#include "netns/child_signals.h"
#include "netns/error.h"
#include "netns/signal_words.h"

namespace halfopen {
namespace {

namespace process = boost::process::v2;

// Where the child finds what it inherits: in the three standard places, because Boost 1.81 corrupts
// its list of any others (posix::bind_fd).
constexpr int kQmpDescriptor = STDIN_FILENO;
constexpr int kMailboxDescriptor = STDOUT_FILENO;
constexpr int kConsoleDescriptor = STDERR_FILENO;

// For QEMU to clean up when it ends.
constexpr std::chrono::milliseconds kEndPatience{10'000};

// QEMU goes when the runner goes, however that happens, and hears none of the terminal's signals.
struct DieWithParent {
  pid_t parent = getpid();
  template <typename Launcher>
  boost::system::error_code on_exec_setup(Launcher&, const process::filesystem::path&,
                                          const char* const*&) const {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    setpgid(0, 0);
    UnblockSignals();
    return {};
  }
};

// A comma ends a value in QEMU's options, unless it is doubled.
std::string Escaped(const std::string& value) {
  std::string escaped;
  for (const char c : value) escaped.append(c == ',' ? 2 : 1, c);
  return escaped;
}

// One instruction is one nanosecond; when nothing runs, the clock jumps to the next timer.
//
// QEMU's main loop makes it jump, and may do so when the core has just gone to sleep and has not
// yet accounted for its last instructions: the jump is then some nanoseconds too long, in one of
// some ten thousand seconds (icount_start_warp_timer, softmmu/icount.c, 7.2). Recording takes a
// lock that excludes this; what it records goes nowhere. It cannot be had while a snapshot is
// taken.
std::string ClockOf(Machine::Ram use) {
  const std::string clock = "shift=0,sleep=off";
  return use == Machine::Ram::kCopied ? clock + ",rr=record,rrfile=/dev/null" : clock;
}

}  // namespace

std::vector<std::string> MachineArguments(Machine::Ram use) {
  return {
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-no-reboot",
      // microvm takes four times as long for the same work.
      "-machine",
      "pc,nvdimm=on,memory-backend=ram",
      "-accel",
      "tcg",
      "-icount",
      ClockOf(use),
      "-smp",
      "1",
      // No instruction asks the host for randomness; QEMU's own is seeded.
      "-cpu",
      "qemu64,-rdrand,-rdseed",
      "-seed",
      "0",
      "-rtc",
      "base=2020-01-01T00:00:00,clock=vm",
      "-m",
      fmt::format("{},slots=1,maxmem=4G", kGuestMemory),
      // By these the guest stops for its snapshot and ends itself.
      "-device",
      fmt::format("pvpanic,ioport={}", kPvpanicPort),
      "-action",
      "panic=pause",
      "-device",
      fmt::format("isa-debug-exit,iobase={:#x},iosize=4", kExitPort),
  };
}

std::string QemuProgram() {
  if (const std::optional<std::string> found = FindProgram("qemu-system-x86_64")) return *found;
  throw MissingCapability(
      "virtual time needs qemu-system-x86_64, which is not installed; run: sudo apt-get install "
      "qemu-system-x86");
}

struct Machine::Process {
  boost::asio::io_context context;
  std::unique_ptr<process::process> child;
};

Machine::Machine(const std::filesystem::path& ram, Ram use, int mailbox,
                 const std::vector<std::string>& extra, const Patience& patience)
    : process_(std::make_unique<Process>()),
      console_(Check(memfd_create("console", MFD_CLOEXEC), "memfd_create", "console")) {
  std::array<int, 2> ends{};
  Check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair", "monitor");
  qmp_ = std::make_unique<Qmp>(Fd(ends[0]), patience);
  Fd theirs(ends[1]);

  std::vector<std::string> arguments = MachineArguments(use);
  const std::vector<std::string> own = {
      "-object",
      fmt::format("memory-backend-file,id=ram,size={}M,share={},mem-path={}", kGuestMemory,
                  use == Ram::kWritten ? "on" : "off", Escaped(ram.string())),
      "-object",
      fmt::format("memory-backend-file,id=mailbox,size={},share=on,mem-path=/proc/self/fd/{}",
                  kMailboxSize, kMailboxDescriptor),
      "-device",
      "nvdimm,id=mailbox-device,memdev=mailbox",
      "-chardev",
      fmt::format("file,id=console,path=/proc/self/fd/{},append=on", kConsoleDescriptor),
      "-serial",
      "chardev:console",
      "-chardev",
      fmt::format("socket,id=qmp,fd={}", kQmpDescriptor),
      "-mon",
      "chardev=qmp,mode=control"};
  arguments.insert(arguments.end(), own.begin(), own.end());
  arguments.insert(arguments.end(), extra.begin(), extra.end());

  const std::string qemu = QemuProgram();
  try {
    process_->child = std::make_unique<process::process>(
        process_->context, qemu, arguments,
        process::process_stdio{theirs.get(), mailbox, console_.get()}, DieWithParent{});
  } catch (const boost::system::system_error& refusal) {
    throw EnvironmentError("exec", qemu, refusal.code().value());
  }
  pidfd_.Reset(Check(static_cast<int>(syscall(SYS_pidfd_open, process_->child->id(), 0)),
                     "pidfd_open", "QEMU"));
  theirs.Reset();  // or its end would not be told by a QEMU that dies
  try {
    qmp_->Negotiate();
  } catch (const EnvironmentError& error) {
    const std::string why = EndBecauseOf(error);
    throw EnvironmentError("QEMU", "start", error.error(), fmt::format("{}: {}", why, Console()));
  }
}

Machine::Machine(Machine&&) noexcept = default;

Machine::~Machine() {
  if (process_) End();
}

int Machine::End() {
  if (!process_->child) return 0;
  kill(process_->child->id(), SIGKILL);
  process_->child->wait();
  const int status = process_->child->native_exit_code();
  process_->child.reset();
  return status;
}

std::string Machine::EndBecauseOf(const EnvironmentError& error) {
  // Who has let go of the monitor is about to end: a SIGKILL before that would hide how.
  pollfd ended{pidfd_.get(), POLLIN, 0};
  const bool by_itself =
      error.error() == EPIPE && poll(&ended, 1, static_cast<int>(kEndPatience.count())) > 0;
  const int status = End();
  return by_itself && WIFSIGNALED(status) ? "QEMU was " + KilledBy(WTERMSIG(status)) : error.what();
}

std::string Machine::Console() const {
  struct stat status {};
  Check(fstat(console_.get(), &status), "fstat", "console");
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t length = pread(console_.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(Check(static_cast<int>(length), "read", "console")));
  return text;
}

}  // namespace halfopen

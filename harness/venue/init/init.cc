// SPDX-License-Identifier: GPL-2.0-or-later
// The guest's first process: prepares a stock kernel, stops the machine so that it can be kept as a
// snapshot, and once woken unpacks and runs the payload that lies in the mailbox. Statically linked
// and independent of the payload, so that one snapshot serves every binary.
#include <fcntl.h>
#include <linux/random.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "harness/venue/init/cpio_unpack.h"
#include "harness/venue/machine_ports.h"
#include "harness/venue/mailbox.h"

namespace halfopen {
namespace {

MailboxHeader* mailbox = nullptr;

[[noreturn]] void Leave() {
  outb(0, kExitPort);  // QEMU ends at this instruction.
  reboot(RB_POWER_OFF);
  while (true) pause();
}

[[noreturn]] void Fail(const char* what, const char* object) {
  const int error = errno;
  char text[sizeof mailbox->error];
  snprintf(text, sizeof text, "%s %s: %s", what, object, strerror(error));
  printf("halfopen: %s\n", text);
  if (mailbox != nullptr) {
    memcpy(mailbox->error, text, sizeof text);
    mailbox->state = MailboxHeader::State::kFailed;
  }
  Leave();
}

void Require(long result, const char* what, const char* object) {
  if (result < 0) Fail(what, object);
}

void Mount(const char* type, const char* where) {
  mkdir(where, 0755);
  Require(mount(type, where, type, 0, nullptr), "mount", where);
}

void PrepareRoot() {
  Mount("proc", "/proc");
  Mount("sysfs", "/sys");
  Mount("devtmpfs", "/dev");
  Mount("tmpfs", "/run");
  mkdir("/tmp", 01777);
  const int console = open("/dev/console", O_RDWR);
  for (int fd = 0; console >= 0 && fd < 3; ++fd) dup2(console, fd);
  setvbuf(stdout, nullptr, _IOLBF, 0);
}

// Calls `take` for each line of a file; does nothing if there is no such file.
void ForEachLine(const char* path, void (*take)(char* line)) {
  FILE* file = fopen(path, "re");
  if (file == nullptr) return;
  char line[512];
  while (fgets(line, sizeof line, file) != nullptr) {
    line[strcspn(line, "\n")] = '\0';
    if (line[0] != '\0') take(line);
  }
  fclose(file);
}

void LoadModule(char* name) {
  char path[600];
  snprintf(path, sizeof path, "/modules/%s", name);
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  Require(file, "open", path);
  // A module for hardware that the machine has not is none that a scenario needs.
  if (syscall(SYS_finit_module, file, "", 0) < 0 && errno != ENODEV && errno != EEXIST) {
    Fail("load the module", name);
  }
  close(file);
}

// A line is "path value".
void WriteSetting(char* line) {
  char* value = strchr(line, ' ');
  if (value == nullptr) return;
  *value++ = '\0';
  const int file = open(line, O_WRONLY | O_CLOEXEC);
  if (file < 0) return;  // What this kernel has not, need not be quieted.
  if (write(file, value, strlen(value)) < 0) printf("halfopen: %s refuses %s\n", line, value);
  close(file);
}

// Makes the kernel's random numbers ready, and the same in every guest. A generator that is not
// ready hashes its pool anew for each number, which is a twelfth of what a scenario costs
// (random(4)).
void SeedRandomness() {
  constexpr int kSeedSize = 64;
  alignas(rand_pool_info) char buffer[sizeof(rand_pool_info) + kSeedSize] = {};
  auto* pool = reinterpret_cast<rand_pool_info*>(buffer);
  pool->entropy_count = 8 * kSeedSize;
  pool->buf_size = kSeedSize;
  memset(buffer + sizeof *pool, 'h', kSeedSize);
  const int file = open("/dev/urandom", O_RDWR | O_CLOEXEC);
  Require(file, "open", "/dev/urandom");
  Require(ioctl(file, RNDADDENTROPY, pool), "seed", "/dev/urandom");
  close(file);
}

void OpenMailbox() {
  const int file = open("/dev/mem", O_RDWR | O_CLOEXEC);
  Require(file, "open", "/dev/mem");
  void* memory =
      mmap(nullptr, kMailboxSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, kMailboxAddress);
  if (memory == MAP_FAILED) Fail("mmap", "/dev/mem");
  close(file);
  madvise(memory, kMailboxSize, MADV_DONTFORK);
  mailbox = static_cast<MailboxHeader*>(memory);
}

// Stops the machine at this very instruction, whenever the host comes to see it; it goes on when
// the snapshot is resumed.
void StopForSnapshot() {
  mailbox->state = MailboxHeader::State::kWaiting;
  outb(kPvpanicCrashed, kPvpanicPort);
}

void TakePayload() {
  // A resumed guest finds it there; this is for one that was never stopped.
  while (mailbox->go.load() == 0) usleep(10000);
  if (mailbox->magic != MailboxHeader::kMagic) {
    errno = EBADMSG;
    Fail("read", "the mailbox");
  }
  const char* bytes = reinterpret_cast<const char*>(mailbox) + MailboxHeader::kDataOffset;
  if (const char* broken = UnpackCpio("", bytes, mailbox->payload_size); broken != nullptr) {
    Fail("unpack", broken);
  }
}

pid_t StartPayload() {
  const pid_t child = fork();
  Require(child, "fork", "the payload's program");
  if (child != 0) return child;
  setenv("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", 1);
  setenv("TERM", "dumb", 1);
  setenv("HOME", "/", 1);
  execl("/payload/halfopen", "halfopen", "guest", "/payload/run.json", nullptr);
  perror("exec /payload/halfopen");
  _exit(127);
}

void LimitTime() {
  signal(SIGALRM, [](int) {
    mailbox->state = MailboxHeader::State::kTooLate;
    Leave();
  });
  alarm(static_cast<unsigned>(mailbox->virtual_limit));
}

void Run() {
  Require(iopl(3), "iopl", "the machine's ports");
  PrepareRoot();
  ForEachLine("/modules/order", LoadModule);
  ForEachLine("/settings", WriteSetting);
  SeedRandomness();
  OpenMailbox();
  StopForSnapshot();
  TakePayload();
  mailbox->state = MailboxHeader::State::kRunning;
  LimitTime();
  const pid_t payload = StartPayload();
  int status = 0;
  for (pid_t ended = 0; ended != payload;) {
    ended = waitpid(-1, &status, 0);
    if (ended < 0 && errno != EINTR) Fail("waitpid", "the payload's program");
  }
  mailbox->exit_status = status;
  mailbox->state = MailboxHeader::State::kEnded;
  Leave();
}

}  // namespace
}  // namespace halfopen

int main() { halfopen::Run(); }

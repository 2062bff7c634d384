// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_PROGRAMS_INTRUSIONS_H_
#define HALFOPEN_TESTS_PROGRAMS_INTRUSIONS_H_

// What a program or a story could try against the machine that it runs on, for the tests that it
// gets nowhere (tests/intrusion_test.cc). Each attempt is true if it got in.
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace halfopen {

// What there is to reach outside, as the test has prepared it.
struct Outside {
  int port = 0;               // of a server on 127.0.0.1
  std::string abstract;       // name of an abstract unix socket, without its zero byte
  std::string run_socket;     // a unix socket below /run
  std::string folder;         // where everybody may write
  pid_t process = 0;          // one of the test's user
  unsigned long network = 0;  // inode of the network namespace

  static Outside Parse(const std::string& words) {
    Outside outside;
    std::istringstream(words) >> outside.port >> outside.abstract >> outside.run_socket >>
        outside.folder >> outside.process >> outside.network;
    return outside;
  }
};

struct Intrusion {
  const char* name;
  bool harmless;  // where it succeeds
  std::function<bool()> attempt;
};

inline bool Opens(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0644);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

inline bool Writes(const std::string& path) {
  if (!Opens(path, O_WRONLY | O_CREAT)) return false;
  unlink(path.c_str());
  return true;
}

// The kernel looks at the privilege before it looks at arguments that make no sense.
inline bool IsAllowed(long result) { return result >= 0 || (errno != EPERM && errno != ENOSYS); }

inline bool ConnectsToUnix(const std::string& name, bool abstract) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path + (abstract ? 1 : 0), name.c_str(), sizeof address.sun_path - 2);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
  const bool connected = connect(fd, reinterpret_cast<sockaddr*>(&address), size) == 0;
  close(fd);
  return connected;
}

inline bool ConnectsToTcp(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return connected;
}

// Whether `attempt` succeeds with any process that /proc shows, in a child that it may ruin.
inline bool WithAnyProcess(const std::function<bool(const std::string& folder)>& attempt) {
  DIR* const list = opendir("/proc");
  bool got_in = false;
  while (const dirent* entry = list == nullptr ? nullptr : readdir(list)) {
    if (std::atoi(entry->d_name) == 0) continue;
    const pid_t child = fork();
    if (child == 0) _exit(attempt(std::string("/proc/") + entry->d_name) ? 1 : 0);
    int status = 0;
    waitpid(child, &status, 0);
    got_in = got_in || status != 0;
  }
  if (list != nullptr) closedir(list);
  return got_in;
}

inline bool InChild(const std::function<bool()>& attempt) {
  const pid_t child = fork();
  if (child == 0) _exit(attempt() ? 1 : 0);
  int status = 0;
  waitpid(child, &status, 0);
  return status != 0;
}

// Of the machine as a whole, and of its network.
inline std::vector<Intrusion> IntrusionsInto(const Outside& outside) {
  return {
      {"TCP to the machine's loopback", true, [=] { return ConnectsToTcp(outside.port); }},
      {"abstract unix socket", true, [=] { return ConnectsToUnix(outside.abstract, true); }},
      {"unix socket in /run", true, [=] { return ConnectsToUnix(outside.run_socket, false); }},
      {"signal to a process outside", true, [=] { return kill(outside.process, 0) == 0; }},
      {"process outside in /proc", true,
       [=] { return Opens("/proc/" + std::to_string(outside.process) + "/stat", O_RDONLY); }},
      {"starting network namespace", true,
       [=] {
         return WithAnyProcess([=](const std::string& process) {
           struct stat status {};
           const int fd = open((process + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
           return fd >= 0 && fstat(fd, &status) == 0 && status.st_ino == outside.network;
         });
       }},
      {"file outside", true, [=] { return Writes(outside.folder + "/intruded"); }},
      {"file outside by a root", true,
       [=] {
         return WithAnyProcess([=](const std::string& process) {
           return Writes(process + "/root" + outside.folder + "/intruded");
         });
       }},
      {"ptrace of a process outside", false,
       [=] { return InChild([=] { return ptrace(PTRACE_SEIZE, outside.process, 0, 0) == 0; }); }},
      {"file in /", false, [] { return Writes("/intruded") || Writes("/etc/intruded"); }},
      {"file in /, mounts made anew", false,
       [=] {
         return InChild([=] {
           unshare(CLONE_NEWUSER | CLONE_NEWNS);
           mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND, nullptr);
           return Writes(outside.folder + "/intruded") || Writes("/intruded");
         });
       }},
      {"mount", false, [] { return IsAllowed(mount("t", "/tmp", "tmpfs", 0, nullptr)); }},
      {"umount", false, [] { return IsAllowed(umount2("/proc", MNT_DETACH)); }},
      {"sysctl of the machine", false,
       [] {
         return Opens("/proc/sys/kernel/core_pattern", O_WRONLY) ||
                Opens("/proc/sys/vm/drop_caches", O_WRONLY) ||
                Opens("/proc/sysrq-trigger", O_WRONLY);
       }},
      {"devices", false,
       [] {
         const bool node =
             mknod("disk", S_IFBLK | 0600, makedev(8, 0)) == 0 && Opens("disk", O_RDWR);
         unlink("disk");
         return node || Opens("/dev/mem", O_RDONLY) || Opens("/dev/kmsg", O_WRONLY) ||
                Opens("/dev/sda", O_RDONLY) || Opens("/dev/vda", O_RDONLY);
       }},
      {"kernel module", false, [] { return IsAllowed(syscall(SYS_finit_module, -1, "", 0)); }},
      {"kexec", false, [] { return IsAllowed(syscall(SYS_kexec_load, 0, 0, nullptr, ~0UL)); }},
      {"reboot", false, [] { return IsAllowed(syscall(SYS_reboot, 0, 0, 0, nullptr)); }},
      {"clock", false,
       [] {
         const timespec nonsense{0, -1};
         return IsAllowed(syscall(SYS_clock_settime, CLOCK_REALTIME, &nonsense));
       }},
      {"swap", false, [] { return IsAllowed(syscall(SYS_swapon, "/nowhere", 0)); }},
      {"BPF", false, [] { return IsAllowed(syscall(SYS_bpf, 0, nullptr, 0)); }},
      {"performance counters", false,
       [] { return IsAllowed(syscall(SYS_perf_event_open, nullptr, -1, 0, -1, 0)); }},
      {"keys", false, [] { return IsAllowed(syscall(SYS_keyctl, 0, -3, 0)); }},
      {"file by handle", false,
       [] { return IsAllowed(syscall(SYS_open_by_handle_at, -1, nullptr, 0)); }},
  };
}

// Of the scenario's own process, by a program that it has started: the descriptors, memory and
// capabilities with which it makes and breaks its network.
inline std::vector<Intrusion> IntrusionsIntoScenario() {
  const std::string scenario = "/proc/2";
  return {
      {"descriptor inherited", false,
       [] {
         for (int fd = 3; fd < 1024; ++fd) {
           if (fcntl(fd, F_GETFD) >= 0) return true;
         }
         return false;
       }},
      {"memory of the scenario", false, [=] { return Opens(scenario + "/mem", O_RDWR); }},
      {"environment of the scenario", false,
       [=] { return Opens(scenario + "/environ", O_RDONLY); }},
      {"descriptors of the scenario", false,
       [=] {
         for (int fd = 0; fd < 64; ++fd) {
           if (Opens(scenario + "/fd/" + std::to_string(fd), O_RDONLY)) return true;
         }
         return false;
       }},
      {"namespaces of the scenario", false, [=] { return Opens(scenario + "/ns/net", O_RDONLY); }},
      {"ptrace of the scenario", false,
       [] { return InChild([] { return ptrace(PTRACE_SEIZE, 2, 0, 0) == 0; }); }},
      {"network namespace of its own", false,
       [] { return InChild([] { return unshare(CLONE_NEWNET) == 0; }); }},
      {"capabilities back", false,
       [] {
         __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
         __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {};
         for (auto& half : sets) half = {~0U, ~0U, 0};
         sets[1] = {0x1ff, 0x1ff, 0};
         return syscall(SYS_capset, &header, sets) == 0;
       }},
      {"secrets in the environment", false, [] { return std::getenv("INTRUDER") != nullptr; }},
  };
}

// Tries them, and returns the names of those that got in, a line each.
inline std::string Try(const std::vector<Intrusion>& intrusions, bool only_harmless = false) {
  std::string got_in;
  for (const Intrusion& intrusion : intrusions) {
    if (only_harmless && !intrusion.harmless) continue;
    if (intrusion.attempt()) got_in += std::string("got in: ") + intrusion.name + "\n";
  }
  return got_in;
}

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_PROGRAMS_INTRUSIONS_H_

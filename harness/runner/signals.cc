// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/signals.h"

#include <sys/signalfd.h>

#include <csignal>

#include "netns/error.h"

namespace halfopen {

Fd TakeSignals() {
  // Nobody reading our output is no reason to leave the results unwritten; and a file size limit
  // shall be an error like a full disk.
  for (const int ignored : {SIGPIPE, SIGXFSZ}) signal(ignored, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&set, SIGHUP);  // nohup(1) stays what it is.
  sigprocmask(SIG_BLOCK, &set, nullptr);
  return Fd(Check(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd", "SIGINT, SIGTERM"));
}

}  // namespace halfopen

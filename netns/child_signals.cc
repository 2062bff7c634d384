// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/child_signals.h"

#include <csignal>

namespace halfopen {

void UnblockSignals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void RestoreSigpipe() {
  signal(SIGPIPE, SIG_DFL);
  UnblockSignals();
}

void ResetSignals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  UnblockSignals();
}

}  // namespace halfopen

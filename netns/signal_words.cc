// SPDX-License-Identifier: GPL-2.0-or-later
#include "netns/signal_words.h"

#include <fmt/format.h>

#include <cstring>

namespace halfopen {

std::string KilledBy(int signal) {
  const char* const name = sigabbrev_np(signal);
  return name == nullptr ? fmt::format("killed by signal {}", signal)
                         : fmt::format("killed by SIG{} ({})", name, sigdescr_np(signal));
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_BACKGROUND_H_
#define HALFOPEN_NETNS_BACKGROUND_H_

#include <thread>
#include <utility>

namespace halfopen {

// Runs `close`, which gives up kernel objects and waits for RCU grace periods while it does, on a
// thread that nobody waits for. A process that exits sooner leaves it to the kernel's own exit
// path, so it must do nothing but close.
template <typename Close>
void CloseInBackground(Close&& close) {
  std::thread(std::forward<Close>(close)).detach();
}

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_BACKGROUND_H_

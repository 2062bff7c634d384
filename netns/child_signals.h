// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_CHILD_SIGNALS_H_
#define HALFOPEN_NETNS_CHILD_SIGNALS_H_

namespace halfopen {

// What a child undoes of its parent's handling of signals before it goes its own way. All are
// async-signal-safe, for the parent may have threads.

// Blocks no signal.
void UnblockSignals();
// The same, with SIGPIPE at its default: what a program finds after a fresh login.
void RestoreSigpipe();
// The same, with every signal at its default.
void ResetSignals();

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_CHILD_SIGNALS_H_

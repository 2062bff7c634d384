// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_GUEST_SETTINGS_H_
#define HALFOPEN_HARNESS_VENUE_GUEST_SETTINGS_H_

#include <string>

namespace halfopen {

// The kernel's command line in a guest. Nothing in it touches TCP, HZ or the timer wheel.
std::string GuestCommandLine();

// What the guest's first process writes below /proc and /sys before anything runs: lines of
// "path value".
std::string GuestSettings();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_GUEST_SETTINGS_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_GUEST_CONSOLE_H_
#define HALFOPEN_HARNESS_VENUE_GUEST_CONSOLE_H_

#include <string>

#include "harness/venue/mailbox.h"

namespace halfopen {

// The last lines of a console, for an error message.
std::string TailOf(const std::string& console);

// The line in which a kernel says why it panicked; empty if it has not.
std::string PanicOf(const std::string& console);

// Whether the kernel ran out of memory and killed a process for it.
bool RanOutOfMemory(const std::string& console);

// Why a guest came to no good end, as far as it could tell: its first process gave up or its kernel
// panicked. Empty if neither has.
std::string GuestComplaint(const MailboxHeader& mailbox, const std::string& console);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_GUEST_CONSOLE_H_

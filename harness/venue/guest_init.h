// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_GUEST_INIT_H_
#define HALFOPEN_HARNESS_VENUE_GUEST_INIT_H_

#include <string_view>

namespace halfopen {

// The guest's first process (harness/venue/init), a static executable that this binary carries.
std::string_view GuestInit();

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_GUEST_INIT_H_

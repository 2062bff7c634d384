// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_VENUE_INIT_CPIO_UNPACK_H_
#define HALFOPEN_HARNESS_VENUE_INIT_CPIO_UNPACK_H_

#include <cstddef>

namespace halfopen {

// Unpacks a cpio archive of the "newc" format (what the kernel's own initramfs is in) below
// `root` ("" for /): folders, regular files and symbolic links. Returns null, or the path of what
// failed, with errno set.
const char* UnpackCpio(const char* root, const char* bytes, std::size_t size);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_VENUE_INIT_CPIO_UNPACK_H_

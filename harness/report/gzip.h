// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_GZIP_H_
#define HALFOPEN_HARNESS_REPORT_GZIP_H_

#include <string>
#include <string_view>

namespace halfopen {

// `text` as a gzip member (RFC 1952), without a time in it: the same text, the same bytes. Throws
// std::bad_alloc. Thread-safe.
std::string Gzip(std::string_view text);

// `bytes` in base64 with padding (RFC 4648, section 4). Thread-safe.
std::string Base64(std::string_view bytes);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_GZIP_H_

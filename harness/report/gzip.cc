// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/gzip.h"

#include <zlib.h>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <new>

namespace halfopen {

std::string Gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzip = 16;  // added to the size of the window: a gzip header instead of zlib's
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, MAX_MEM_LEVEL,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  // There is room for all of it, so that one call is enough.
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Base64(std::string_view bytes) {
  using boost::archive::iterators::base64_from_binary;
  using boost::archive::iterators::transform_width;
  using Letters = base64_from_binary<transform_width<std::string_view::const_iterator, 6, 8>>;
  std::string letters(Letters(bytes.begin()), Letters(bytes.end()));
  letters.append((4 - letters.size() % 4) % 4, '=');
  return letters;
}

}  // namespace halfopen

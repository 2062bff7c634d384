// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/expect/notation_icmp.h"

#include <fmt/format.h>

#include <algorithm>

namespace halfopen {

bool MeansIcmp(std::string_view word, IpFamily family, const IcmpMessage& message) {
  return std::ranges::any_of(kIcmpWords, [&](const IcmpWord& known) {
    return known.word == word && known.family == family && known.message == message;
  });
}

std::string IcmpText(IpFamily family, const IcmpMessage& message) {
  for (const IcmpWord& known : kIcmpWords) {
    if (known.family == family && known.message == message) return std::string(known.word);
  }
  return IcmpText(message);
}

std::string IcmpText(const IcmpMessage& message) {
  return fmt::format("{}/{}", message.type, message.code);
}

}  // namespace halfopen

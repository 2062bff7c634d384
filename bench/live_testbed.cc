// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/live_testbed.h"

#include <string>

#include "fixtures/fault.h"

namespace halfopen {

LiveTestbed::LiveTestbed(const std::filesystem::path& evidence)
    : recorder_(
          {.folder = evidence}, activity_, [](const std::string&) { return true; },
          [](const std::string&) {}, [](const std::string&) {}),
      stage_{recorder_, activity_, IpFamily::kIpv4},
      hosts_(stage_, {}) {
  recorder_.Start(hosts_);
  fault_ = std::make_unique<Fault>(hosts_.server(),
                                   Input().From(hosts_.client().address()).ToPort(80).Drop());
}

}  // namespace halfopen

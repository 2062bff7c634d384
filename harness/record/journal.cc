// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/record/journal.h"

namespace halfopen {

Journal::Journal(const EvidencePlace& place) : file_(place, kFileName) {}

void Journal::Append(std::string line) {
  line += '\n';
  const int error = file_.Append(line);
  if (error_ == 0) error_ = error;
}

}  // namespace halfopen

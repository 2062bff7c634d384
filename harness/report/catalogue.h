// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_CATALOGUE_H_
#define HALFOPEN_HARNESS_REPORT_CATALOGUE_H_

#include <string>
#include <vector>

#include "harness/expect/deviation.h"
#include "harness/runner/registry.h"

namespace halfopen {

// A scenario with the IP families that were selected of it.
struct CatalogueRow {
  const ScenarioInfo* scenario;
  std::vector<std::string> families;  // "IPv4", "IPv6"
};

// One row for each scenario, by family and file, in the order of the stories in a file. The rows
// point into `scenarios`.
std::vector<CatalogueRow> CatalogueRows(const std::vector<ScenarioInfo>& scenarios);

// For a terminal: family, name, verdict, source.
std::string CatalogueText(const std::vector<CatalogueRow>& rows);
std::string CatalogueJson(const std::vector<CatalogueRow>& rows);
// docs/catalogue.md: the same, then what kernels do differently, and what is no longer so.
std::string CatalogueMarkdown(const std::vector<CatalogueRow>& rows,
                              const std::vector<Deviation>& deviations);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_CATALOGUE_H_

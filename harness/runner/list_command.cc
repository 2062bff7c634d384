// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>

#include "harness/report/catalogue.h"
#include "harness/runner/commands.h"
#include "harness/runner/registry.h"
#include "harness/runner/schedule.h"

namespace halfopen {

int ListCommand(const std::vector<std::string>& filters, ListFormat format) {
  RunOptions options;
  options.filters = filters;
  options.profile = Profile::kDefault;  // in which everything can run
  const std::vector<ScenarioInfo> selected = SelectScenarios(options, RegisteredScenarios());
  if (selected.empty()) return ReportNoMatch(filters);
  const std::vector<CatalogueRow> rows = CatalogueRows(selected);
  const std::string text = format == ListFormat::kJson ? CatalogueJson(rows)
                           : format == ListFormat::kMarkdown
                               ? CatalogueMarkdown(rows, KnownDeviations())
                               : CatalogueText(rows);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/page.h"

#include <fmt/format.h>

#include <string_view>

#include "harness/report/packed_json.h"
#include "harness/report/page_files.h"

namespace halfopen {
namespace {

// No browser runs it, so that it may lie in the page as it is: base64 has no markup.
std::string DataElement(const std::string& id, const std::string& packed) {
  return fmt::format("<script type=\"application/gzip\" id=\"{}\">{}</script>\n", id, packed);
}

}  // namespace

std::string ReportPage(const PageData& data) {
  // Whatever a defect of the page let through, nothing is fetched, and no text becomes a script.
  constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'">
<title>halfopen: report</title>
<style>
)";
  std::string page(kHead);
  page += PageStyle();
  page +=
      "</style>\n</head>\n<body>\n<main><noscript>This report is drawn by a script, which this "
      "browser does not run.</noscript></main>\n";
  page += DataElement("report", PackedJson(data.report));
  page += DataElement("sources", PackedJson(data.sources));
  for (std::size_t i = 0; i < data.stories.size(); ++i) {
    page += DataElement(fmt::format("story-{}", i), data.stories[i]);
  }
  page += "<script>\n";
  page += PageScript();
  return page + "</script>\n</body>\n</html>\n";
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace halfopen {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<ScenarioInfo> Scenarios() {
  const CatalogueEntry entry{.verdict = "send() fails with A|B.", .source = "send(2)"};
  const CatalogueEntry other{
      .verdict = "Other.", .outdated = "It was so.", .only = IpFamily::kIpv6};
  return {{"Late", "Last", "zero_window", "scenarios/zero_window/a.cc", 9, IpFamily::kIpv4, true,
           entry},
          {"Late", "Last", "zero_window", "scenarios/zero_window/a.cc", 9, IpFamily::kIpv6, true,
           entry},
          {"Late", "First", "zero_window", "scenarios/zero_window/a.cc", 2, IpFamily::kIpv6, false,
           other},
          {"Early", "One", "backlog", "scenarios/backlog/a.cc", 1, IpFamily::kIpv4, false, entry},
          {"Early", "One", "backlog", "scenarios/backlog/a.cc", 1, IpFamily::kIpv6, false, entry}};
}

TEST(Catalogue, OrdersByFamilyFileAndLine) {
  const auto scenarios = Scenarios();
  const auto rows = CatalogueRows(scenarios);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].scenario->name, "One");
  EXPECT_EQ(rows[1].scenario->name, "First");
  EXPECT_EQ(rows[2].scenario->name, "Last");
  EXPECT_EQ(rows[2].families, (std::vector<std::string>{"IPv4", "IPv6"}));
}

TEST(Catalogue, TellsFamilyNameVerdictAndSource) {
  const auto scenarios = Scenarios();
  EXPECT_EQ(CatalogueText(CatalogueRows(scenarios)),
            "backlog\n"
            "  Early.One\n"
            "      send() fails with A|B.\n"
            "      [send(2)]\n"
            "      scenarios/backlog/a.cc:1\n"
            "\n"
            "zero_window\n"
            "  Late.First (IPv6 only)\n"
            "      Other.\n"
            "      No longer: It was so.\n"
            "      scenarios/zero_window/a.cc:2\n"
            "  Late.Last (--profile default)\n"
            "      send() fails with A|B.\n"
            "      [send(2)]\n"
            "      scenarios/zero_window/a.cc:9\n");
}

TEST(Catalogue, IsJsonToo) {
  const auto scenarios = Scenarios();
  const auto list = nlohmann::json::parse(CatalogueJson(CatalogueRows(scenarios)));
  EXPECT_EQ(list.at(1).at("outdated"), "It was so.");
  EXPECT_EQ(list.at(2).at("ip"), nlohmann::json({"IPv4", "IPv6"}));
}

TEST(Catalogue, MarkdownKeepsItsTables) {
  const auto scenarios = Scenarios();
  const Deviation deviation{.since = {"6.5"}, .reason = "differs", .source = "commit 1"};
  const std::string text = CatalogueMarkdown(CatalogueRows(scenarios), {deviation});
  EXPECT_THAT(text, HasSubstr("\n## zero window\n"));
  EXPECT_THAT(text, HasSubstr("| [Early.One](../scenarios/backlog/a.cc) | send() fails with A\\|B. "
                              "| send(2) |\n"));
  EXPECT_THAT(text, HasSubstr("| Linux since 6.5 | differs | commit 1 |\n"));
  EXPECT_THAT(text, HasSubstr("- It was so. (Late.First)\n"));
  EXPECT_THAT(text, Not(HasSubstr("Late.Last)\n")));
}

}  // namespace
}  // namespace halfopen

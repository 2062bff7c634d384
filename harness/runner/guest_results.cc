// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/guest_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <utility>

#include "harness/foreign_json.h"
#include "harness/report/result_json.h"

namespace halfopen {
namespace {

// A file from a guest lies in its run's folder or below it: no name leads out of there.
bool StaysWithin(const std::filesystem::path& name) {
  return !name.empty() && name.is_relative() && name.native().find('\0') == std::string::npos &&
         std::ranges::none_of(name, [](const std::filesystem::path& part) {
           return part.empty() || part == "." || part == "..";
         });
}

}  // namespace

GuestResults::GuestResults(std::string name, const std::vector<PlannedRun>& plan)
    : name_(std::move(name)) {
  for (const PlannedRun& run : plan) planned_.emplace(run.FolderName(), run);
  outstanding_ = planned_;
}

void GuestResults::Take(const GuestRecord& told, const OutFolder& out, const Deliver& deliver) {
  const nlohmann::json record = ParseForeignJson(told.text);
  if (!record.is_object()) return;
  virtual_seconds_ = FieldOr(record, "t", virtual_seconds_);
  const std::string kind = FieldOr<std::string>(record, "kind", "");
  if (kind == "start") running_[FieldOr<std::string>(record, "folder", "")] = virtual_seconds_;
  if (kind == "refusal") refusal_ = FieldOr<std::string>(record, "why", "");
  if (kind == "result") TakeResult(record, told.data, out, deliver);
}

void GuestResults::TakeResult(const nlohmann::json& record, std::string_view data,
                              const OutFolder& out, const Deliver& deliver) {
  ScenarioResult result = ResultFromJson(FieldOr(record, "result", nlohmann::json()));
  result.kernel = name_;
  const std::string folder = FieldOr<std::string>(record, "folder", "");
  if (const auto planned = planned_.find(folder); planned != planned_.end()) {
    result.scenario = planned->second.scenario;
    result.repeat = planned->second.repeat;
  }
  outstanding_.erase(folder);
  running_.erase(folder);
  ++delivered_;
  const std::string place = fmt::format("{}@{}", folder, name_);
  const nlohmann::json files = FieldOr(record, "files", nlohmann::json::array());
  if (!files.empty() && IsRunFolderName(place)) {
    try {
      out.MakeRunFolder(place);
      result.evidence = out.Spell(place);
      TakeEvidence(files, data, place, out);
    } catch (const std::exception& error) {
      result.AddError(error.what());
    }
  }
  deliver(std::move(result));
}

void GuestResults::TakeEvidence(const nlohmann::json& files, std::string_view data,
                                const std::string& folder, const OutFolder& out) const {
  for (const nlohmann::json& file : files) {
    const std::string name = file.at(0);
    const std::size_t size = std::min(file.at(1).get<std::size_t>(), data.size());
    if (StaysWithin(name)) out.Write(std::filesystem::path(folder) / name, data.substr(0, size));
    data.remove_prefix(size);
  }
}

std::vector<ScenarioResult> GuestResults::CloseUp(const std::string& why, const Deliver& deliver) {
  std::vector<ScenarioResult> never_begun;
  for (const auto& [folder, run] : std::exchange(outstanding_, {})) {
    const bool begun = running_.count(folder) == 1;
    ScenarioResult result =
        ErrorFor(run, fmt::format("{}{}", why, begun ? " while this ran" : " before this began"));
    result.kernel = name_;
    if (begun) {
      deliver(std::move(result));
    } else {
      never_begun.push_back(std::move(result));
    }
  }
  running_.clear();
  return never_begun;
}

}  // namespace halfopen

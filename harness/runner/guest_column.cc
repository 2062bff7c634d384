// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/guest_column.h"

#include <fmt/format.h>

#include <exception>
#include <filesystem>

#include "harness/report/result_json.h"

namespace halfopen {
namespace {

// A file name from a guest is a name and no path.
bool IsPlainName(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

}  // namespace

GuestColumn::GuestColumn(std::string name, const Kernel& kernel,
                         const std::vector<PlannedRun>& plan, Guest guest)
    : name_(std::move(name)), kernel_(kernel), guest_(std::move(guest)), begin_(Clock::now()) {
  for (const PlannedRun& run : plan) outstanding_.emplace(run.FolderName(), run);
}

double GuestColumn::wall_seconds() const {
  return std::chrono::duration<double>((ended_ ? end_ : Clock::now()) - begin_).count();
}

void GuestColumn::TakeRecords(const OutFolder& out,
                              const std::function<void(ScenarioResult)>& deliver) {
  while (const std::optional<GuestRecord> told = guest_.Next()) {
    const nlohmann::json record = nlohmann::json::parse(told->text, nullptr, false);
    if (!record.is_object()) continue;
    virtual_seconds_ = record.value("t", virtual_seconds_);
    const std::string kind = record.value("kind", "");
    if (kind == "start") running_[record.value("folder", "")] = virtual_seconds_;
    if (kind == "result") TakeResult(record, told->data, out, deliver);
  }
}

void GuestColumn::TakeResult(const nlohmann::json& record, std::string_view data,
                             const OutFolder& out,
                             const std::function<void(ScenarioResult)>& deliver) {
  ScenarioResult result = ResultFromJson(record.value("result", nlohmann::json()));
  result.kernel = name_;
  const std::string folder = record.value("folder", "");
  outstanding_.erase(folder);
  running_.erase(folder);
  ++delivered_;
  const nlohmann::json files = record.value("files", nlohmann::json::array());
  if (!files.empty() && IsRunFolderName(FolderFor(folder))) {
    try {
      out.MakeRunFolder(FolderFor(folder));
      result.evidence = out.Spell(FolderFor(folder));
      for (const nlohmann::json& file : files) {
        const std::string name = file.at(0);
        const std::size_t size = file.at(1);
        if (IsPlainName(name)) {
          out.Write(std::filesystem::path(FolderFor(folder)) / name, data.substr(0, size));
        }
        data.remove_prefix(std::min(size, data.size()));
      }
    } catch (const std::exception& error) {
      result.verdict = Verdict::kError;
      result.vacuous = false;
      result.reason = result.reason.empty() ? error.what() : result.reason + "; " + error.what();
    }
  }
  deliver(std::move(result));
}

void GuestColumn::CloseUp(const std::string& why, const OutFolder& out,
                          const std::function<void(ScenarioResult)>& deliver) {
  TakeRecords(out, deliver);
  end_ = Clock::now();
  ended_ = true;
  for (const auto& [folder, run] : std::exchange(outstanding_, {})) {
    ScenarioResult result;
    result.scenario = run.scenario;
    result.kernel = name_;
    result.repeat = run.repeat;
    const bool begun = running_.count(folder) == 1;
    result.reason = fmt::format("{}{}", why, begun ? " while this ran" : " before this began");
    deliver(std::move(result));
  }
  running_.clear();
}

GuestReport GuestColumn::Report(const std::string& error) const {
  return {name_, kernel_.release, virtual_seconds_, wall_seconds(), error};
}

}  // namespace halfopen

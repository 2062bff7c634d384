// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/record/real_time.h"
#include "harness/report/console.h"
#include "harness/report/result_json.h"
#include "harness/runner/commands.h"
#include "harness/runner/guest_orders.h"
#include "harness/runner/out_folder.h"
#include "harness/runner/prepare_gtest.h"
#include "harness/runner/supervisor.h"
#include "harness/runner/user_sysctls.h"
#include "harness/venue/mailbox_writer.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// The files of a folder and those below it: programs have folders of their own there.
std::vector<fs::path> FilesOf(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (fs::is_regular_file(entry.symlink_status())) files.push_back(entry.path());
  }
  // The order in which a folder lists its files is not always the same.
  std::sort(files.begin(), files.end());
  return files;
}

std::uintmax_t SizeOf(const std::vector<fs::path>& files) {
  std::uintmax_t size = 0;
  for (const fs::path& file : files) size += fs::file_size(file);
  return size;
}

// Puts a result and all files of its evidence into the mailbox, and removes them here.
class Courier {
 public:
  void Start(const PlannedRun& run) {
    Tell({{"kind", "start"}, {"folder", run.FolderName()}, {"t", Elapsed()}}, {});
  }

  void Deliver(const PlannedRun& run, const ScenarioResult& result) {
    std::string data;
    nlohmann::json files = nlohmann::json::array();
    // What is said of a run later ("names no cause") finds its evidence sent already.
    const bool evidence = !result.evidence.empty() && fs::exists(result.evidence);
    // Files lie in the guest's memory, which may have no room for a copy.
    const std::vector<fs::path> kept =
        evidence ? FilesOf(result.evidence) : std::vector<fs::path>();
    const bool fits = SizeOf(kept) <= mailbox_.RoomForData();
    for (const fs::path& file : fits ? kept : std::vector<fs::path>()) {
      const std::string content = ReadWhole(file);
      files.push_back({fs::relative(file, result.evidence).string(), content.size()});
      data += content;
    }
    if (evidence) fs::remove_all(result.evidence);
    nlohmann::json record = {{"kind", "result"},
                             {"folder", run.FolderName()},
                             {"result", ToJson(result)},
                             {"files", files},
                             {"t", Elapsed()}};
    if (fits && Tell(record, data)) return;
    record["files"] = nlohmann::json::array();
    ScenarioResult without = result;
    without.AddError(
        "a guest brings half a gigabyte of evidence home, and this is too much: run fewer "
        "scenarios");
    record["result"] = ToJson(without);
    Tell(record, {});
  }

  void Refuse(const std::string& why) {
    Tell({{"kind", "refusal"}, {"why", why}, {"t", Elapsed()}}, {});
  }

  void End() { Tell({{"kind", "end"}, {"t", Elapsed()}}, {}); }

 private:
  double Elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  bool Tell(const nlohmann::json& record, const std::string& data) {
    return mailbox_.Append(record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                           data);
  }

  MailboxWriter mailbox_;
  TimePoint begin_ = Clock::now();
};

}  // namespace

int GuestCommand(const std::string& orders_file) {
  const GuestOrders orders = ReadGuestOrders(ReadWhole(orders_file));
  Courier courier;
  try {
    RequireSysctls(orders.options.sysctls);
  } catch (const EnvironmentError& error) {
    courier.Refuse(error.what());
    return 2;
  }
  const OutFolder out(orders.options.out);
  PrepareGoogleTest(orders.options.program);
  RunReport report;
  report.version = kVersion;
  report.profile = ToString(orders.options.profile);
  Console nobody(-1, {});
  RunSoftirqsFirst();
  Supervisor supervisor(orders.options, out, nobody, report);
  supervisor.OnStart([&](const PlannedRun& run) { courier.Start(run); });
  supervisor.OnResult(
      [&](const PlannedRun& run, const ScenarioResult& result) { courier.Deliver(run, result); });
  supervisor.Run(orders.plan);
  courier.End();
  return 0;
}

}  // namespace halfopen

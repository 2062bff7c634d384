// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/body.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string_view>

#include "harness/report/failure_text.h"
#include "harness/report/result.h"
#include "harness/report/result_json.h"
#include "harness/runner/failure_words.h"
#include "harness/runner/registry.h"
#include "harness/runner/run_context.h"
#include "netns/clock.h"
#include "netns/error.h"
#include "netns/namespace.h"

namespace halfopen {
namespace {

// Passes failures on as they happen, so that those before a crash are not lost.
class FailureReporter : public testing::EmptyTestEventListener {
 public:
  explicit FailureReporter(int reports) : reports_(reports) {}

  int failures() const { return failures_; }
  int tests() const { return tests_; }
  const std::string& skip() const { return skip_; }
  const std::string& exception() const { return exception_; }

 private:
  void OnTestStart(const testing::TestInfo&) override { ++tests_; }

  void OnTestPartResult(const testing::TestPartResult& part) override {
    const std::string message = part.message() == nullptr ? "" : part.message();
    if (part.skipped()) {
      skip_ = message.empty() ? "no reason given" : message;
    } else if (part.failed() && part.file_name() == nullptr &&
               std::string_view(message).find("C++ exception") != std::string_view::npos) {
      exception_ = message;
    } else if (part.failed()) {
      ++failures_;
      Report(reports_, {{"failure",
                         {{"file", part.file_name() == nullptr ? "" : part.file_name()},
                          {"line", part.line_number()},
                          {"message", FailureText(message)}}}});
    }
  }

  int reports_;
  int failures_ = 0;
  int tests_ = 0;
  std::string skip_;
  std::string exception_;
};

// The words of a failed write to the scenario's own output; empty if all of it was written.
std::string OutputError() {
  const bool flushed = std::fflush(stdout) == 0;
  const int error = errno;
  if (flushed && std::ferror(stdout) == 0) return {};
  return EnvironmentError("write", "output.txt", flushed ? EIO : error).what();
}

void SelectOnly(const std::string& test_name) {
  for (const char* variable :
       {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_SHARD_STATUS_FILE", "GTEST_OUTPUT"}) {
    unsetenv(variable);
  }
  GTEST_FLAG_SET(filter, test_name);
  GTEST_FLAG_SET(repeat, 1);
  GTEST_FLAG_SET(shuffle, false);
  GTEST_FLAG_SET(also_run_disabled_tests, true);
  GTEST_FLAG_SET(output, "");
}

}  // namespace

void Report(int reports, const nlohmann::json& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = write(reports, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // The runner is gone, and this process is about to follow.
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void RunOneTest(const std::string& test_name, int reports) {
  RunContext& context = CurrentRun();
  const TimePoint begin = Clock::now();
  auto* reporter = new FailureReporter(reports);  // Owned by GoogleTest.
  try {
    RequireIsolated();
    AddToGoogleTest(test_name);
    SelectOnly(test_name);
    testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(reporter);
    // The listener knows more than this result.
    if (RUN_ALL_TESTS() != 0 && reporter->tests() == 0) context.error = "GoogleTest ran nothing";
    if (reporter->tests() != 1) context.error = "GoogleTest has no single test of this name";
  } catch (const std::exception& error) {
    context.error = FailureWords(error);
  }
  if (context.error.empty()) context.error = reporter->exception();
  if (context.error.empty()) context.error = OutputError();
  if (context.skip.empty()) context.skip = reporter->skip();

  Verdict verdict = Verdict::kPassed;
  std::string reason;
  if (!context.error.empty()) {
    verdict = Verdict::kError;
    reason = context.error;
  } else if (reporter->failures() > 0) {
    verdict = Verdict::kFailed;
  } else if (!context.skip.empty()) {
    const bool missing = context.require_capabilities && !context.other_kernel;
    verdict = missing ? Verdict::kError : Verdict::kSkipped;
    reason = context.skip;
  }
  nlohmann::json end = {{"verdict", ToString(verdict)},
                        {"reason", reason},
                        {"causes", context.causes},
                        {"seconds", std::chrono::duration<double>(Clock::now() - begin).count()}};
  if (context.mutation) end["mutation"] = ToJson(*context.mutation);
  Report(reports, end);
}

}  // namespace halfopen

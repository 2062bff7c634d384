// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_RUNNER_BODY_H_
#define HALFOPEN_HARNESS_RUNNER_BODY_H_

#include <nlohmann/json.hpp>
#include <string>

namespace halfopen {

// Runs exactly one test in this process through GoogleTest and writes lines of JSON to `reports`:
// {"ready":true} when the set-up is done, {"failure":{"file","line","message"}} for each failure as
// it happens, and at the end {"verdict","reason","causes","seconds"}; {"given_up":reason} in its
// place if the story was given up. CurrentRun() is filled in
// already. Call at most once per process, in an isolated one.
void RunOneTest(const std::string& test_name, int reports);

// Writes one line for the runner. Thread-safe.
void Report(int reports, const nlohmann::json& line);

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_RUNNER_BODY_H_

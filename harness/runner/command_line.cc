// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/runner/command_line.h"

#include <fmt/format.h>
#include <sched.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/evidence/evidence.h"
#include "harness/runner/commands.h"
#include "harness/runner/failure_words.h"
#include "harness/runner/registry.h"
#include "harness/runner/user_sysctls.h"
#include "netns/namespace.h"

namespace halfopen {
namespace {

constexpr char kFilterHelp[] =
    "Scenarios in GoogleTest's pattern syntax ('Rst*:*/IPv4:-*Slow*'); all if left out";

constexpr char kFooter[] = R"(
Exit codes: 0 all as expected, 1 a scenario failed, 2 the call or the environment is wrong,
130 interrupted. With any --gtest_ flag it is a GoogleTest binary (for gdb and IDEs).)";

bool HasGtestFlag(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc, [](const char* argument) {
    return std::string_view(argument).substr(0, 8) == "--gtest_";
  });
}

// The command line as a shell would take it again.
std::string Joined(int argc, char** argv) {
  std::string joined;
  for (int i = 0; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool plain = argument.find_first_of(" '\"*?$&|;<>()\\") == std::string::npos;
    joined += (i == 0 ? "" : " ") + (plain ? argument : "'" + argument + "'");
  }
  return joined;
}

int Cores() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(CPU_COUNT(&set), 1) : 1;
}

// What the user typed, before it is checked and turned into RunOptions.
struct RunWords {
  RunOptions options;
  std::string profile = "fast";
  std::string family;
  std::string timeout;
  std::string wall_timeout;
  std::vector<std::string> sysctls;
  bool shuffle = false;
  std::uint64_t seed = 0;
  CLI::Option* seed_option = nullptr;
};

void AddRun(CLI::App& app, RunWords& words) {
  RunOptions& options = words.options;
  const CLI::Validator duration(
      [](std::string& text) {
        return ParseDuration(text) ? std::string{} : "'" + text + "' is no duration (1s, 500ms)";
      },
      "");
  app.add_option("filters", options.filters, kFilterHelp)->type_name("FILTER");
  app.add_option("--profile", words.profile,
                 "Timers: shortened ('fast') or the kernel's own ('default')")
      ->check(CLI::IsMember({"fast", "default"}))
      ->capture_default_str();
  app.add_option("--family", words.family, "Only one IP family")->check(CLI::IsMember({"4", "6"}));
  app.add_option("-j,--jobs", options.jobs, "Scenarios at once")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app.add_option("--repeat", options.repeat, "Run everything N times")
      ->check(CLI::Range(1, 1000000));
  app.add_flag("--shuffle", words.shuffle, "Run in a random order, whose seed is printed");
  words.seed_option = app.add_option("--seed", words.seed, "The order of an earlier --shuffle");
  app.add_option("--timeout", words.timeout,
                 "Of one scenario; 0 for none [60s; none with --profile default]")
      ->type_name("DURATION")
      ->check(duration);
  app.add_flag("--control", options.control,
               "Run each scenario again without each of its causes: it must fail");
  auto* mutate =
      app.add_flag("--mutate", options.mutate,
                   "Change each expectation in one thing after the other: it must not hold");
  app.add_option("--mutant", options.mutant,
                 "Apply one change, as --mutate names it: the scenario must fail")
      ->type_name("NAME")
      ->excludes(app.get_option("--control"))
      ->excludes(mutate);
  app.add_option("--sysctl", words.sysctls,
                 "Set on every host, over the profile's; may be given several times")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_flag("--require", options.require_capabilities,
               "A missing capability is an error, not a skip");
  app.add_flag("--keep", options.keep,
               "Keep the evidence of earlier runs in --out, and that of every repeat");
  app.add_option("--kernel", options.kernels,
                 "Run in a guest with this kernel, in virtual time; may be given several times")
      ->type_name("NAME|BZIMAGE")
      ->allow_extra_args(false);
  app.add_option("--modules", options.modules, "The modules folder of a kernel given as a file")
      ->type_name("DIR");
  app.add_option("--wall-timeout", words.wall_timeout, "Of a guest; 0 for none [15min]")
      ->type_name("DURATION")
      ->check(duration);
  app.add_option("--out", options.out, "Folder for results and evidence")->capture_default_str();
}

// In a guest a day costs nothing, and a scenario that hangs is told.
Duration DefaultTimeout(const RunOptions& options) {
  if (options.profile == Profile::kFast) return std::chrono::seconds(60);
  return options.kernels.empty() ? Duration::zero() : std::chrono::hours(24);
}

RunOptions Finish(RunWords words, int argc, char** argv) {
  RunOptions options = std::move(words.options);
  options.profile = words.profile == "fast" ? Profile::kFast : Profile::kDefault;
  if (!words.family.empty()) {
    options.family = words.family == "4" ? IpFamily::kIpv4 : IpFamily::kIpv6;
  }
  if (words.shuffle || words.seed_option->count() > 0) {
    options.shuffle_seed = words.seed_option->count() > 0 ? words.seed : std::random_device{}();
  }
  options.timeout = words.timeout.empty() ? DefaultTimeout(options) : *ParseDuration(words.timeout);
  if (!options.modules.empty() && std::ranges::none_of(options.kernels, IsKernelFile)) {
    throw std::invalid_argument(
        "--modules belongs to a kernel given as a file: --kernel path/to/bzImage --modules DIR");
  }
  for (const std::string& word : words.sysctls) {
    const auto [name, value] = ParseSysctl(word);
    if (!options.sysctls.emplace(name, value).second) {
      throw std::invalid_argument(fmt::format("--sysctl names {} twice", name));
    }
  }
  if (!words.wall_timeout.empty()) options.wall_timeout = *ParseDuration(words.wall_timeout);
  if (const char* filter = std::getenv("GTEST_FILTER");
      options.filters.empty() && filter != nullptr && *filter != '\0') {
    options.filters = {filter};
  }
  options.set_ups = 2 * Cores();
  options.program = argv[0];
  options.command = Joined(argc, argv);
  return options;
}

constexpr char kKernelsFooter[] = R"(
A NAME is debian-VERSION: the newest of Debian's cloud kernels that begins with it, from the package
sources of this machine. Nothing is installed, and no root is needed. For example:
  halfopen kernels add debian-6.12
  halfopen kernels add debian-6.1.0-56)";

struct KernelsWords {
  CLI::App* kernels;
  CLI::App* add;
  std::string name;
};

void AddKernels(CLI::App& app, KernelsWords& words) {
  words.kernels = app.add_subcommand("kernels", "List the kernels for virtual time, or add one");
  words.kernels->footer(kKernelsFooter);
  words.add = words.kernels->add_subcommand("add", "Download a kernel into the cache");
  words.add->add_option("name", words.name, "debian-6.12, debian-6.1, debian-6.1.0-56")
      ->type_name("NAME")
      ->required();
}

constexpr char kMergeFooter[] = R"(
Each DIR is the --out folder of a run: of one shard, of one machine, of another kernel. Results keep
their own kernel, venue and profile; of two scenario folders of one name the second gets "@KERNEL"
behind it. --out must be new, empty or an earlier merge's, which is replaced. Exit code: as if one run
had done it all; 2 if a DIR has no evidence or is cut, and what could be merged is merged all the same.
For example:
  halfopen merge shard-*
  halfopen merge out out/virtual --out out/all)";

CLI::App* AddMerge(CLI::App& app, MergeOptions& options) {
  CLI::App* merge =
      app.add_subcommand("merge", "Join the evidence of several runs into one report");
  merge->add_option("dirs", options.folders, "The --out folders of the runs")
      ->type_name("DIR")
      ->required();
  merge->add_option("--out", options.out, "Folder for all of it")->capture_default_str();
  merge->footer(kMergeFooter);
  return merge;
}

constexpr char kShowFooter[] = R"(
A SCENARIO is a filter as for run, with @KERNEL behind it for a guest's, or an evidence folder:
  halfopen show 'RstAfterFin.*/IPv4' 'KeepaliveExpiry.*@debian-6.12'
  halfopen show out/RstAfterFin.SecondWriteFailsWithEpipe.IPv4.control-1)";

CLI::App* AddShow(CLI::App& app, ShowOptions& options) {
  CLI::App* const show =
      app.add_subcommand("show", "Print what happened in a run as a ladder, from its evidence");
  show->add_option("scenarios", options.scenarios, "Runs whose evidence is there; all if left out")
      ->type_name("SCENARIO");
  show->add_flag("--all", options.everything, "Also calls that only prepare or ask");
  show->add_option("--out", options.out, "The --out folder of the run")->capture_default_str();
  show->footer(kShowFooter);
  return show;
}

int RejectDuplicates() {
  const std::vector<std::string> duplicates = DuplicateScenarios();
  for (const std::string& sentence : duplicates) fmt::print(stderr, "halfopen: {}\n", sentence);
  return duplicates.empty() ? 0 : 2;
}

int Dispatch(int argc, char** argv) {
  if (const int code = RejectDuplicates(); code != 0) return code;
  if (HasGtestFlag(argc, argv)) return RunInProcess(argc, argv);

  CLI::App app("A TCP failure laboratory for Linux", "halfopen");
  app.set_version_flag("--version", std::string("halfopen ") + kVersion);
  app.footer(kFooter);
  RunWords run_words;
  CLI::App* run = app.add_subcommand("run", "Run scenarios, each in a world of its own");
  AddRun(*run, run_words);
  std::vector<std::string> list_filters;
  bool json = false, markdown = false;
  CLI::App* list = app.add_subcommand("list", "List scenarios");
  list->add_option("filters", list_filters, kFilterHelp)->type_name("FILTER");
  auto* as_json = list->add_flag("--json", json, "As JSON");
  list->add_flag("--markdown", markdown, "As the catalogue in docs/")->excludes(as_json);
  CLI::App* doctor = app.add_subcommand("doctor", "Say what this machine can and cannot do");
  std::string report_folder = "out";
  CLI::App* report = app.add_subcommand("report", "Draw a run's evidence as a page for a browser");
  report->add_option("dir", report_folder, "The --out folder of a run")
      ->type_name("DIR")
      ->capture_default_str();
  MergeOptions merge_options;
  CLI::App* merge = AddMerge(app, merge_options);
  ShowOptions show_options;
  CLI::App* show = AddShow(app, show_options);
  // What the runner on the host starts in a guest.
  std::string orders;
  CLI::App* guest = app.add_subcommand("guest")->group("");
  guest->add_option("orders", orders)->required();
  KernelsWords kernels_words;
  AddKernels(app, kernels_words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr,
               "halfopen: {}\nRun halfopen --help for the commands and "
               "halfopen run --help for the flags; a filter that begins with - goes behind --.\n",
               error.what());
    return 2;
  }
  if (run->parsed()) return RunCommand(Finish(std::move(run_words), argc, argv));
  if (list->parsed()) {
    return ListCommand(list_filters, json       ? ListFormat::kJson
                                     : markdown ? ListFormat::kMarkdown
                                                : ListFormat::kText);
  }
  if (doctor->parsed()) return DoctorCommand();
  if (report->parsed()) return ReportCommand(report_folder);
  if (merge->parsed()) {
    merge_options.command = Joined(argc, argv);
    return MergeCommand(merge_options);
  }
  if (show->parsed()) {
    show_options.program = argv[0];
    return ShowCommand(show_options);
  }
  if (guest->parsed()) return GuestCommand(orders);
  if (kernels_words.kernels->parsed()) {
    return KernelsCommand(kernels_words.add->parsed() ? std::optional(kernels_words.name)
                                                      : std::nullopt);
  }
  fmt::print("{}", app.help());
  return 2;
}

}  // namespace

int Main(int argc, char** argv) {
  try {
    RememberStartingNamespace();
    SalvageHook() = SalvageEvidence;
    return Dispatch(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "halfopen: {}\n", FailureWords(error));
    return 2;
  }
}

}  // namespace halfopen

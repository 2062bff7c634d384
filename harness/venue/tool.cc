// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/tool.h"

#define BOOST_PROCESS_V2_HEADER_ONLY
#define BOOST_PROCESS_V2_SEPARATE_COMPILATION_OFF
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/process/v2.hpp>
#include <cerrno>
#include <csignal>
#include <optional>
#include <sstream>

#include "fixtures/find_program.h"
#include "netns/child_signals.h"
#include "netns/error.h"
#include "netns/fd.h"

namespace halfopen {
namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;

// Our environment, with the language that messages are read in.
std::vector<std::string> EnglishEnvironment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (!text.starts_with("LC_") && !text.starts_with("LANG")) variables.emplace_back(text);
  }
  variables.emplace_back("LC_ALL=C.UTF-8");
  return variables;
}

// What the child does before it becomes the tool. It dies with us, so that a killed halfopen leaves
// nobody who still writes.
struct ChildSetUp {
  const char* folder;
  std::vector<std::string> environment;
  std::vector<const char*> pointers{};

  // Boost.Process has process_environment, but that needs the library Boost.Filesystem.
  template <typename Launcher>
  boost::system::error_code on_setup(Launcher& launcher, const process::filesystem::path&,
                                     const char* const*&) {
    for (const std::string& variable : environment) pointers.push_back(variable.c_str());
    pointers.push_back(nullptr);
    launcher.env = pointers.data();
    return {};
  }

  template <typename Launcher>
  boost::system::error_code on_exec_setup(Launcher&, const process::filesystem::path&,
                                          const char* const*&) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    RestoreSigpipe();
    if (chdir(folder) != 0) return {errno, boost::system::system_category()};
    return {};
  }
};

Fd Open(const std::filesystem::path& path, int flags) {
  return Fd(Check(open(path.c_str(), flags | O_CLOEXEC, 0644), "open", path.string()));
}

}  // namespace

std::string ToolOutcome::Complaint() const {
  std::istringstream lines(errors);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    last = line;
    if (line.find(ErrnoText(ENOSPC)) != std::string::npos) break;
  }
  return last.empty() ? status.ToString() : last;
}

ToolOutcome RunTool(const Tool& tool, const std::vector<std::string>& arguments,
                    const ToolFiles& files) {
  const std::string path = RequireProgram(tool.program, tool.package);
  const Fd input = Open(files.input.empty() ? "/dev/null" : files.input, O_RDONLY);
  asio::io_context context;
  asio::readable_pipe output(context);
  asio::readable_pipe errors(context);
  Fd output_end;
  if (files.output.empty()) {
    std::array<int, 2> ends{};
    Check(pipe2(ends.data(), O_CLOEXEC), "pipe2", "");
    output.assign(ends[0]);
    output_end.Reset(ends[1]);
  } else {
    output_end = Open(files.output, O_WRONLY | O_CREAT | O_TRUNC);
  }
  std::optional<process::process> child;
  try {
    child.emplace(
        context, path, arguments, process::process_stdio{input.get(), output_end.get(), errors},
        ChildSetUp{files.folder.empty() ? "." : files.folder.c_str(), EnglishEnvironment()});
  } catch (const boost::system::system_error& refusal) {
    throw EnvironmentError("exec", path, refusal.code().value());
  }
  output_end.Reset();  // now the child's end of file is ours
  ToolOutcome outcome;
  const auto read_all = [](asio::readable_pipe& from, std::string& into) {
    asio::async_read(from, asio::dynamic_buffer(into),
                     [](boost::system::error_code, std::size_t) {});
  };
  if (files.output.empty()) read_all(output, outcome.output);
  read_all(errors, outcome.errors);
  context.run();
  child->wait();
  const int native = child->native_exit_code();
  outcome.status = {WIFEXITED(native) ? WEXITSTATUS(native) : 0,
                    WIFSIGNALED(native) ? WTERMSIG(native) : 0};
  return outcome;
}

}  // namespace halfopen

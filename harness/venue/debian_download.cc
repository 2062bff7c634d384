// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include "fixtures/find_program.h"
#include "harness/venue/debian_kernel.h"
#include "harness/venue/tool.h"
#include "harness/venue/whole_file.h"
#include "netns/error.h"

namespace halfopen {
namespace {

namespace fs = std::filesystem;

// Read after the machine's own apt.conf. Its hooks and all indexes but the packages' are left out:
// they are for what is installed. So is what is installed itself, or apt would offer a kernel that
// no source has any more.
constexpr char kConfiguration[] = R"(#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets;
Acquire::IndexTargets::deb::Packages {{
  MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
  flatMetaKey "Packages";
  ShortDescription "Packages";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Packages";
}};
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Sandbox::User "root";
Dir::State::status "/dev/null";
Dir::Cache "{0}/cache/";
{1}
)";

// The machine's package sources as seen by apt with a state of its own.
class Apt {
 public:
  explicit Apt(const fs::path& folder) : folder_(folder / "apt") {
    fs::create_directories(folder_ / "cache");
    fs::create_directories(folder_ / "lists");
    Configure("");
  }

  // Fetches the package lists into this state; from then on they are used instead of the machine's.
  void Update() {
    Configure(fmt::format("Dir::State::lists \"{}/lists/\";", folder_.string()));
    // It succeeds although a source cannot be reached, and only warns.
    const ToolOutcome outcome = Run("apt-get", {"update"});
    if (const std::size_t at = outcome.errors.find("Failed to fetch"); at != std::string::npos) {
      complaint_ = outcome.errors.substr(at, outcome.errors.find('\n', at) - at);
    } else if (!outcome.ok()) {
      complaint_ = outcome.Complaint();
    }
  }

  std::vector<std::string> Versions() {
    return CloudKernelVersions(Run("apt-cache", {"pkgnames", "linux-image-"}).output);
  }

  // The package's file; empty if it cannot be had.
  fs::path Download(const std::string& version) {
    const fs::path place = folder_ / "download";
    fs::create_directories(place);
    const std::string package = fmt::format("linux-image-{}-cloud-amd64", version);
    const ToolOutcome outcome = Run("apt-get", {"download", package}, place);
    if (outcome.ok()) {
      for (const fs::directory_entry& entry : fs::directory_iterator(place)) {
        if (entry.path().extension() == ".deb") return entry.path();
      }
    }
    complaint_ = outcome.Complaint();
    return {};
  }

  // apt's own words on what failed last; empty if nothing has.
  const std::string& complaint() const { return complaint_; }

 private:
  void Configure(const std::string& more) {
    WriteWhole(folder_ / "apt.conf", fmt::format(kConfiguration, folder_.string(), more));
  }

  ToolOutcome Run(const std::string& program, std::vector<std::string> arguments,
                  const fs::path& folder = {}) {
    arguments.insert(arguments.begin(), {"-q", "-c", (folder_ / "apt.conf").string()});
    return RunTool({program, "apt"}, arguments, {{}, {}, folder});
  }

  fs::path folder_;
  std::string complaint_;
};

}  // namespace

fs::path DownloadDebianKernel(const std::string& wanted, const fs::path& folder,
                              const std::function<void(const std::string&)>& tell) {
  const std::string name = "debian-" + wanted;
  if (!FindProgram("apt-get")) {
    throw EnvironmentError("kernel", name, 0,
                           "this machine has no apt-get to fetch it with; give a kernel's files: "
                           "halfopen run --kernel path/to/bzImage --modules DIR");
  }
  Apt apt(folder);
  const auto download = [&](const std::vector<std::string>& versions) -> fs::path {
    const std::optional<std::string> version = NewestMatch(wanted, versions);
    if (!version) return {};
    tell(fmt::format("downloading linux-image-{}-cloud-amd64", *version));
    return apt.Download(*version);
  };
  // The machine's lists may be absent, or older than what the source still has.
  if (fs::path package = download(apt.Versions()); !package.empty()) return package;
  tell("fetching the package lists");
  apt.Update();
  const std::vector<std::string> versions = apt.Versions();
  if (fs::path package = download(versions); !package.empty()) return package;

  if (versions.empty() && apt.complaint().empty()) {
    throw EnvironmentError("kernel", name, 0,
                           "no package source of this machine has Debian's cloud kernels; add one "
                           "to /etc/apt, or give a kernel's files: halfopen run --kernel "
                           "path/to/bzImage --modules DIR");
  }
  if (versions.empty() || NewestMatch(wanted, versions)) {
    throw EnvironmentError("kernel", name, 0,
                           fmt::format("it cannot be fetched: {}; mend the network, the proxy or "
                                       "/etc/apt and run again: halfopen kernels add {}",
                                       apt.complaint(), name));
  }
  throw EnvironmentError("kernel", name, 0,
                         fmt::format("no package source has it; there are {}", NamesFor(versions)));
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fixtures/find_program.h"
#include "harness/runner/doctor.h"
#include "harness/runner/privilege.h"
#include "harness/venue/kernel_store.h"
#include "harness/venue/tool.h"
#include "netns/error.h"
#include "netns/namespace.h"
#include "netns/netlink.h"
#include "netns/nft_rule.h"
#include "netns/nft_table.h"
#include "netns/packet_log.h"

namespace halfopen {
namespace {

// Netlink messages of one request, laid out one after the other.
class Request {
 public:
  // Begins a message whose fixed header is a zeroed Header.
  template <typename Header>
  Header& Begin(std::uint16_t type, std::uint16_t flags, std::uint32_t sequence) {
    if (message_ != nullptr) used_ += message_->nlmsg_len;
    message_ = mnl_nlmsg_put_header(buffer_.data() + used_);
    message_->nlmsg_type = type;
    message_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    message_->nlmsg_seq = sequence;
    return *static_cast<Header*>(mnl_nlmsg_put_extra_header(message_, sizeof(Header)));
  }
  nlmsghdr* message() { return message_; }
  std::span<const std::uint8_t> bytes() const {
    return {buffer_.data(), used_ + message_->nlmsg_len};
  }

 private:
  alignas(nlmsghdr) std::array<std::uint8_t, 1024> buffer_{};
  std::size_t used_ = 0;
  nlmsghdr* message_ = nullptr;
};

std::string CheckKernel() {
  utsname system{};
  Check(uname(&system), "uname", "");
  return fmt::format("{} {}", system.sysname, system.release);
}

std::string CheckPrivilege() {
  return HasNamespacePrivilege() ? "root" : "a user namespace of its own";
}

std::string CheckIsolation() {
  RequireIsolated();
  return "PID and network namespaces";
}

std::string CheckNetworkNamespaces() {
  NetworkNamespace::Create();
  return "several per scenario";
}

std::string CheckVeth() {
  NetlinkSocket socket(NetworkNamespace::Create(), NETLINK_ROUTE);
  Request request;
  const std::uint32_t sequence = socket.NextSequence();
  request.Begin<ifinfomsg>(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, sequence);
  mnl_attr_put_strz(request.message(), IFLA_IFNAME, "a");
  nlattr* info = mnl_attr_nest_start(request.message(), IFLA_LINKINFO);
  mnl_attr_put_str(request.message(), IFLA_INFO_KIND, "veth");
  mnl_attr_nest_end(request.message(), info);
  socket.Transact(request.bytes(), sequence, "a veth pair");
  return "links between hosts";
}

// A rule that is tried and not kept; throws what the kernel lacks for it.
std::function<std::string()> CanHave(const Rule& rule, const std::string& what) {
  return [rule, what] {
    RuleTable table(NetworkNamespace::Create());
    if (const auto missing = table.MissingFeature(rule)) throw std::runtime_error(*missing);
    return what;
  };
}

std::string CheckNflog() {
  const NetworkNamespace where = NetworkNamespace::Create();
  const PacketLog log(where, 1);
  return "verdicts of netfilter, packet by packet";
}

std::string CheckInetDiag() {
  NetlinkSocket socket(NetworkNamespace::Create(), NETLINK_SOCK_DIAG);
  Request request;
  const std::uint32_t sequence = socket.NextSequence();
  auto& query = request.Begin<inet_diag_req_v2>(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sequence);
  query.sdiag_family = AF_INET;
  query.sdiag_protocol = IPPROTO_TCP;
  query.idiag_states = ~0U;
  socket.Transact(request.bytes(), sequence, "TCP sockets");
  return "states, queues and timers of sockets";
}

std::string CheckCapture() {
  std::array<char, PCAP_ERRBUF_SIZE> text{};
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> tap(pcap_create("lo", text.data()),
                                                           pcap_close);
  if (tap == nullptr) throw std::runtime_error(fmt::format("pcap_create lo: {}", text.data()));
  const int status = pcap_activate(tap.get());
  // A warning will do: the loopback interface of a new namespace is down.
  if (status < 0 && status != PCAP_ERROR_IFACE_NOT_UP) {
    throw std::runtime_error(fmt::format("pcap_activate lo: {}", pcap_geterr(tap.get())));
  }
  return pcap_lib_version();
}

std::string CheckHz() {
  timespec resolution{};
  // The coarse clocks advance once per tick, so their resolution is 1/HZ (clock_getres(2)).
  Check(clock_getres(CLOCK_MONOTONIC_COARSE, &resolution), "clock_getres",
        "CLOCK_MONOTONIC_COARSE");
  const double tick = static_cast<double>(resolution.tv_nsec) / 1e9;
  return fmt::format("{:.0f}, a tick of {:.3g} ms", 1 / tick, tick * 1e3);
}

std::string CheckQemu() {
  const std::string program = "qemu-system-x86_64";
  if (!FindProgram(program)) {
    throw std::runtime_error("not installed (needed for virtual time only)");
  }
  const ToolOutcome outcome = RunTool({program, "qemu-system-x86"}, {"--version"});
  if (!outcome.ok()) throw std::runtime_error(outcome.Complaint());
  return outcome.output.substr(0, outcome.output.find('\n'));
}

std::string CheckKernels() {
  const KernelStore store = KernelStore::InCache();
  std::vector<std::string> names;
  for (const Kernel& kernel : store.List()) names.push_back(kernel.name);
  if (names.empty()) {
    throw std::runtime_error(
        fmt::format("none in {} (needed for virtual time only)", store.cache().string()));
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::string CheckDisk() {
  struct statvfs disk {};
  Check(statvfs(".", &disk), "statvfs", ".");
  const double megabytes =
      static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / 1e6;
  if (megabytes < 64) throw std::runtime_error(fmt::format("{:.0f} MB free here", megabytes));
  return fmt::format("{:.0f} MB free here", megabytes);
}

}  // namespace

std::vector<DoctorCheck> DoctorChecks() {
  std::vector<DoctorCheck> checks = {
      {"kernel", CheckKernel, "", true, false},
      {"HZ", CheckHz, "", true, false},
      {"disk", CheckDisk, "free some space, or choose another place with --out", true, false},
      {"privilege", CheckPrivilege, "", true, false},
      {kIsolation, CheckIsolation, "sudo halfopen", true, true},
      {"network namespaces", CheckNetworkNamespaces, "sudo sysctl user.max_net_namespaces=15000",
       true, true},
      {"veth", CheckVeth, "sudo modprobe veth", true, true},
      {"nftables", CanHave(Rule().Drop(), "rules of family inet"), "sudo modprobe nf_tables", true,
       true},
      {"nft reject", CanHave(Rule().RejectWithTcpReset(), "RST and ICMP"),
       "sudo modprobe nft_reject_inet", true, true},
      {"nft numgen", CanHave(Rule().Nth(2).Drop(), "the nth packet"), "sudo modprobe nft_numgen",
       true, true},
      {"nft limit", CanHave(Rule().LimitTo(1, RateUnit::kSecond), "rates"),
       "sudo modprobe nft_limit", true, true},
      {"nft ct", CanHave(Rule().InState({ConnectionState::kNew}), "connection states"),
       "sudo modprobe nft_ct", false, true},
      {"nft tproxy", CanHave(Rule(Hook::kPrerouting).Tproxy(1), "transparent proxies"),
       "sudo modprobe nft_tproxy", false, true},
      {"nft log", CanHave(Rule().Log(1, "x"), "logging to NFLOG"),
       "sudo modprobe nft_log nfnetlink_log", true, true},
      {"NFLOG", CheckNflog, "sudo modprobe nfnetlink_log", true, true},
      {"inet_diag", CheckInetDiag, "sudo modprobe tcp_diag", true, true},
      {"packet capture", CheckCapture, "sudo modprobe af_packet", true, true},
      {"qemu-system-x86_64", CheckQemu, "sudo apt-get install qemu-system-x86", false, false},
      {"kernels in the cache", CheckKernels, "halfopen kernels add debian-6.12", false, false},
  };
  for (DoctorCheck& check : ProgramChecks()) checks.push_back(std::move(check));
  return checks;
}

}  // namespace halfopen

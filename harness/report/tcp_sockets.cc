// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/tcp_sockets.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace halfopen {
namespace {

// strace -yy: "5<TCP:[10.0.0.2:80->10.0.0.1:4242]>" names both ends, "4<TCP:[10.0.0.2:80]>" what
// it is bound to, "3<TCP:[15917066]>" the inode of a socket that has no name yet.
std::string DescriptorOf(const std::string& arguments) {
  const std::size_t begin = arguments.find("<TCP");
  if (begin == std::string::npos) return {};
  const std::size_t open = arguments.find(":[", begin);
  const std::size_t close = arguments.find("]>", begin);
  if (open == std::string::npos || close == std::string::npos || close < open + 2) return {};
  return arguments.substr(open + 2, close - open - 2);
}

TcpName EndsIn(const std::string& descriptor) {
  const std::size_t arrow = descriptor.find("->");
  if (arrow == std::string::npos) return {descriptor, ""};
  return {descriptor.substr(0, arrow), descriptor.substr(arrow + 2)};
}

// Between `before` and `after` in `text`; empty if they are not there.
std::string Between(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) return {};
  const std::size_t end = text.find(after, begin + before.size());
  if (end == std::string::npos) return {};
  return text.substr(begin + before.size(), end - begin - before.size());
}

// {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.0.0.2")}, and with inet_pton() of
// IPv6. Before Linux 6.8 a descriptor does not say what its socket is bound to.
std::string EndpointIn(const std::string& sockaddr) {
  const std::string port = Between(sockaddr, "htons(", ")");
  const std::string address = Between(sockaddr, "inet_addr(\"", "\")");
  if (!address.empty()) return address + ":" + port;
  return "[" + Between(sockaddr, "inet_pton(AF_INET6, \"", "\"") + "]:" + port;
}

template <std::size_t kSize>
bool IsOneOf(const std::array<std::string_view, kSize>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void TcpSockets::Add(const TcpName& name, const std::string& label) {
  constexpr std::size_t kMost = 64;
  std::vector<TcpName>& names = of_label_[label];
  if (names.size() == kMost) names.erase(names.begin());
  names.push_back(name);
}

void TcpSockets::Opens(const TcpName& name) {
  const std::string port = "htons(" + name.remote.substr(name.remote.rfind(':') + 1) + ")";
  const std::string address = "\"" + AddressOf(name.remote) + "\"";
  for (auto it = connecting_.begin(); it != connecting_.end(); ++it) {
    if (it->second.find(port) == std::string::npos) continue;
    if (it->second.find(address) == std::string::npos) continue;
    of_descriptor_[it->first] = name;
    connecting_.erase(it);
    return;
  }
}

void TcpSockets::Called(const TcpTrace::Call& call) {
  if (call.name == "connect" && call.of_program) {
    if (const std::string descriptor = DescriptorOf(call.arguments);
        !descriptor.empty() && !of_descriptor_.contains(descriptor)) {
      connecting_[descriptor] = call.arguments;
    }
  } else if (call.name == "bind") {
    if (call.of_program) {
      bound_[DescriptorOf(call.arguments)] = EndpointIn(call.arguments);
    } else {
      bound_[call.socket] = call.arguments;
    }
  } else if (call.name == "dup") {
    ++duplicates_[call.socket];
  } else if (call.name == "setsockopt") {
    if (call.arguments.find("RECVERR") != std::string::npos) tells_errors_.insert(call.socket);
    if (call.arguments.find("TCP_DEFER_ACCEPT") != std::string::npos) {
      deferring_.insert(LocalOf(call));
    }
  }
}

TcpName TcpSockets::NameOfConnect(const TcpTrace::Call& call) const {
  const auto local = bound_.find(call.socket);
  if (call.of_program || local == bound_.end() || local->second.ends_with(":0")) return {};
  return {local->second, call.arguments};
}

std::vector<TcpName> TcpSockets::ConnectionsOf(const TcpTrace::Call& call) const {
  if (!call.of_program) {
    const auto names = of_label_.find(call.socket);
    return names == of_label_.end() ? std::vector<TcpName>{} : names->second;
  }
  const std::string descriptor = DescriptorOf(call.arguments);
  if (const auto name = of_descriptor_.find(descriptor); name != of_descriptor_.end()) {
    return {name->second};
  }
  const TcpName name = EndsIn(descriptor);
  return name.remote.empty() ? std::vector<TcpName>{} : std::vector{name};
}

bool TcpSockets::IsFatal(const TcpTrace::Call& call) const {
  if (call.error.empty()) return false;
  if (call.name == "connect") {
    constexpr std::array<std::string_view, 7> kPassing = {
        "EINPROGRESS", "EALREADY", "EINTR", "EAGAIN", "EISCONN", "EINVAL", "EADDRNOTAVAIL"};
    return !IsOneOf(kPassing, call.error);
  }
  constexpr std::array<std::string_view, 2> kAlways = {"ETIMEDOUT", "ECONNRESET"};
  constexpr std::array<std::string_view, 6> kFromIcmp = {
      "EHOSTUNREACH", "ENETUNREACH", "ECONNREFUSED", "EHOSTDOWN", "EPROTO", "ENONET"};
  if (IsOneOf(kAlways, call.error)) return true;
  return IsOneOf(kFromIcmp, call.error) && !tells_errors_.contains(call.socket);
}

std::string TcpSockets::LocalOf(const TcpTrace::Call& call) const {
  const std::string descriptor = DescriptorOf(call.arguments);
  const auto local = bound_.find(call.of_program ? descriptor : call.socket);
  if (local != bound_.end()) return local->second;
  return call.of_program && EndsIn(descriptor).remote.empty() ? descriptor : "";
}

TcpName TcpSockets::Listens(const TcpTrace::Call& call) {
  const TcpName name{LocalOf(call), call.socket, true};
  if (!name.local.empty()) listeners_.insert(name);
  return name;
}

TcpName TcpSockets::Closes(const TcpTrace::Call& call) {
  TcpName name{LocalOf(call), call.socket, true};
  if (!listeners_.contains(name)) return {};
  int& duplicates = duplicates_[call.socket];
  if (call.name != "close" || duplicates == 0) return name;
  --duplicates;
  return {};
}

std::vector<TcpName> TcpSockets::ListenersOf(const std::string& program) const {
  std::vector<TcpName> names;
  for (const TcpName& name : listeners_) {
    if (name.remote.starts_with(program)) names.push_back(name);
  }
  return names;
}

TcpName TcpSockets::NameOf(const TcpTrace::Observation& seen) const {
  const bool any = seen.remote == "0.0.0.0:0" || seen.remote == "[::]:0";
  if (!any && seen.state != TcpState::kListen) return {seen.local, seen.remote};
  TcpName found{seen.local, seen.label, true};
  if (listeners_.contains(found)) return found;
  for (const TcpName& name : listeners_) {
    if (name.local == seen.local) return name;
  }
  return found;
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder_lifelines.h"

#include <algorithm>

#include "harness/report/ladder_fields.h"

namespace halfopen {
namespace {

bool IsLoopbackAddress(const std::string& address) {
  return address == "::1" || address.starts_with("127.");
}

bool IsTcp(const nlohmann::json& event) {
  return TextAt(event, "kind") == "packet" && NumberAt(event, "protocol") == 6;
}

// A segment that opens a connection: SYN without ACK.
bool Opens(const nlohmann::json& event) {
  return IsTcp(event) && (NumberAt(event, "flags") & 0x12) == 0x02;
}

template <typename Map>
int Find(const Map& map, const std::string& key) {
  const auto it = map.find(key);
  return it == map.end() ? -1 : it->second;
}

// What the sockets of a side have for a name, or what it does.
std::string SideName(const std::set<std::string>& labels, const char* role) {
  return labels.size() == 1 ? *labels.begin() : role;
}

}  // namespace

std::string AddressOf(const std::string& endpoint) {
  if (endpoint.starts_with('[')) {
    return endpoint.substr(1, std::min(endpoint.find(']'), endpoint.size()) - 1);
  }
  return endpoint.substr(0, endpoint.rfind(':'));
}

LadderLifelines::LadderLifelines(const Timeline& timeline) {
  FindHosts(timeline);
  FindHostsOfPackets(timeline);
  loopback_ = TalksToItself(timeline);
  if (loopback_) {
    SplitLoopback(timeline);
  } else {
    Order(timeline);
  }
}

int LadderLifelines::OfHost(const std::string& host) const {
  return loopback_ ? -1 : Find(by_host_, host);
}

int LadderLifelines::OfSocket(const std::string& host, const std::string& socket) const {
  return loopback_ ? std::max(Find(side_of_socket_, socket), 0) : OfHost(host);
}

int LadderLifelines::OfEndpoint(const std::string& endpoint, const std::string& label) const {
  if (loopback_) {
    const int side = Find(side_of_endpoint_, endpoint);
    return side >= 0 ? side : std::max(Find(side_of_socket_, label), 0);
  }
  if (const int host = Find(by_address_, AddressOf(endpoint)); host >= 0) return host;
  if (const int host = Find(by_host_, label); host >= 0) return host;
  const auto socket = host_of_socket_.find(label);
  return socket == host_of_socket_.end() ? -1 : Find(by_host_, socket->second);
}

int LadderLifelines::AddHost(const std::string& name) {
  constexpr std::size_t kMost = 64;  // no testbed has so many, and nobody could look at them
  if (const int known = Find(by_host_, name); known >= 0 || lifelines_.size() == kMost) {
    return known;
  }
  lifelines_.push_back({name, {}, false});
  return by_host_[name] = static_cast<int>(lifelines_.size()) - 1;
}

void LadderLifelines::AddAddress(int host, const std::string& address) {
  if (host < 0 || !by_address_.try_emplace(address, host).second) return;
  lifelines_[static_cast<std::size_t>(host)].addresses.push_back(address);
}

void LadderLifelines::FindHosts(const Timeline& timeline) {
  for (const nlohmann::json& tap : timeline.taps) {
    if (!tap.is_object()) continue;
    const std::string name = TextAt(tap, "host");
    if (name.empty()) continue;
    const int host = AddHost(name);
    if (host < 0) continue;
    if (FieldOr(tap, "transit", false)) lifelines_[static_cast<std::size_t>(host)].transit = true;
    for (const nlohmann::json& address : FieldOr(tap, "addresses", nlohmann::json::array())) {
      if (address.is_string()) AddAddress(host, address);
    }
  }
  for (const nlohmann::json& event : timeline.events) {
    const std::string name = TextAt(event, "host");
    if (name.empty()) continue;
    AddHost(name);
    if (const std::string socket = TextAt(event, "socket"); !socket.empty()) {
      host_of_socket_.try_emplace(socket, name);
    }
  }
}

void LadderLifelines::FindHostsOfPackets(const Timeline& timeline) {
  std::set<int> have_sockets;
  for (const nlohmann::json& event : timeline.events) {
    if (TextAt(event, "kind") != "packet") continue;
    for (const auto& [label_field, endpoint_field] :
         {std::pair("from", "source"), std::pair("to", "destination")}) {
      const std::string label = TextAt(event, label_field);
      const std::string address = AddressOf(TextAt(event, endpoint_field));
      if (label.empty() || address.empty()) continue;
      // A router may speak in another's name, whose address is known by then.
      if (!by_address_.contains(address)) {
        const auto socket = host_of_socket_.find(label);
        AddAddress(AddHost(socket == host_of_socket_.end() ? label : socket->second), address);
      }
      if (IsTcp(event)) have_sockets.insert(Find(by_address_, address));
    }
  }
  // Without taps, who has no connection passes on what others send.
  if (!timeline.taps.empty() || lifelines_.size() < 3) return;
  for (std::size_t i = 0; i < lifelines_.size(); ++i) {
    lifelines_[i].transit = !have_sockets.contains(static_cast<int>(i));
  }
}

bool LadderLifelines::TalksToItself(const Timeline& timeline) const {
  if (lifelines_.size() != 1) return false;
  return std::ranges::any_of(timeline.events, [&](const nlohmann::json& event) {
    const std::string source = AddressOf(TextAt(event, "source"));
    return IsTcp(event) && (IsLoopbackAddress(source) || !timeline.taps.empty() ||
                            source == AddressOf(TextAt(event, "destination")));
  });
}

void LadderLifelines::SplitLoopback(const Timeline& timeline) {
  const std::string host = lifelines_.front().name;
  std::set<std::string> labels[2];
  const auto put = [&](const std::string& endpoint, const std::string& label, int side) {
    side = side_of_endpoint_.try_emplace(endpoint, side).first->second;
    if (label.empty() || label == host) return;
    side_of_socket_.try_emplace(label, side);
    labels[side_of_socket_[label]].insert(label);
  };
  const auto put_both = [&](const nlohmann::json& event) {
    const std::string source = TextAt(event, "source");
    const std::string destination = TextAt(event, "destination");
    const int known = Find(side_of_endpoint_, destination);
    put(source, TextAt(event, "from"), known >= 0 ? 1 - known : 0);
    put(destination, TextAt(event, "to"), 1 - side_of_endpoint_[source]);
  };
  for (const nlohmann::json& event : timeline.events) {
    if (Opens(event)) put_both(event);
  }
  for (const nlohmann::json& event : timeline.events) {
    if (IsTcp(event)) put_both(event);
  }
  for (const nlohmann::json& event : timeline.events) {
    const std::string name = TextAt(event, "call");
    const std::string socket = TextAt(event, "socket");
    if (name.empty() || socket.empty()) continue;
    if (name == "connect") side_of_socket_.try_emplace(socket, 0);
    if (name == "listen" || name.starts_with("accept")) side_of_socket_.try_emplace(socket, 1);
  }
  if (side_of_endpoint_.size() == 1) labels[1] = labels[0];  // connected to itself
  const std::vector<std::string> addresses = lifelines_.front().addresses;
  lifelines_ = {{SideName(labels[0], "client"), addresses, false},
                {SideName(labels[1], "server"), addresses, false}};
}

void LadderLifelines::Order(const Timeline& timeline) {
  // Who has opened a connection to whom, the first of each two.
  std::set<std::pair<int, int>> opened;
  for (const nlohmann::json& event : timeline.events) {
    if (!Opens(event)) continue;
    const int from = Find(by_address_, AddressOf(TextAt(event, "source")));
    const int to = Find(by_address_, AddressOf(TextAt(event, "destination")));
    if (from >= 0 && to >= 0 && from != to && !opened.contains({to, from})) {
      opened.emplace(from, to);
    }
  }
  std::vector<int> order;
  std::vector<int> waiting;
  for (int i = 0; i < static_cast<int>(lifelines_.size()); ++i) {
    if (!lifelines_[static_cast<std::size_t>(i)].transit) waiting.push_back(i);
  }
  while (!waiting.empty()) {
    const auto is_next = [&](int host) {
      return std::ranges::none_of(waiting, [&](int other) {
        return opened.contains({other, host});
      });
    };
    auto next = std::ranges::find_if(waiting, is_next);
    if (next == waiting.end()) next = waiting.begin();  // in a circle
    order.push_back(*next);
    waiting.erase(next);
  }
  std::size_t between = std::min<std::size_t>(1, order.size());
  for (int i = 0; i < static_cast<int>(lifelines_.size()); ++i) {
    if (!lifelines_[static_cast<std::size_t>(i)].transit) continue;
    order.insert(order.begin() + static_cast<std::ptrdiff_t>(between++), i);
  }
  std::vector<Ladder::Lifeline> sorted;
  std::vector<int> place(lifelines_.size());
  for (const int host : order) {
    place[static_cast<std::size_t>(host)] = static_cast<int>(sorted.size());
    sorted.push_back(std::move(lifelines_[static_cast<std::size_t>(host)]));
  }
  lifelines_ = std::move(sorted);
  for (auto& [name, index] : by_host_) index = place[static_cast<std::size_t>(index)];
  for (auto& [address, index] : by_address_) index = place[static_cast<std::size_t>(index)];
}

}  // namespace halfopen

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_TESTS_TIMELINE_STORY_H_
#define HALFOPEN_TESTS_TIMELINE_STORY_H_

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "harness/report/read_report.h"

namespace halfopen {

// A timeline written as a story, one event a line, each with its second:
//   0.1 client >  server  P.  1:5(4) ack 1     a packet, which arrives 10 us later
//   0.1 client >| server  P.  1:5(4) ack 1     one that hits the rule of the fault
//   0.1 client >? server  P.  1:5(4) ack 1     one that gets lost
//   0.1 client recv(4096) = -1 ETIMEDOUT       a call; "until 3.5" behind it: it takes so long
//   0.1 client ss CLOSE-WAIT [timer MS]        what socket diagnostics answered
//   0.1 server ss LISTEN
//   0.1 fault ip saddr 10.0.0.1 drop           armed on the server
//   0.1 cause the server closes
//   0.1 server nc stderr the text              a program's output
// The client is 10.0.0.1:4000 (and any other name a client at another port), the server
// 10.0.0.2:80.
class TimelineStory {
 public:
  explicit TimelineStory(const std::string& story) {
    timeline_.taps = {{{"host", "client"}, {"addresses", {"10.0.0.1"}}, {"transit", false}},
                      {{"host", "server"}, {"addresses", {"10.0.0.2"}}, {"transit", false}}};
    std::istringstream lines(story);
    for (std::string line; std::getline(lines, line);) {
      if (line.find_first_not_of(' ') != std::string::npos) Add(line);
    }
  }

  Timeline Take() { return std::move(timeline_); }

 private:
  static std::string EndpointOf(const std::string& name) {
    if (name == "server") return "10.0.0.2:80";
    return "10.0.0.1:" + std::to_string(4000 + (name == "client" ? 0 : name.size()));
  }

  static std::string Rest(std::istringstream& words) {
    std::string rest;
    std::getline(words >> std::ws, rest);
    return rest;
  }

  void Add(const std::string& line) {
    std::istringstream words(line);
    double seconds = 0;
    std::string name, what;
    words >> seconds >> name;
    const auto time = static_cast<std::int64_t>(std::llround(seconds * 1e9));
    if (name == "fault" || name == "cause") {
      const std::string rest = Rest(words);
      if (name == "cause") {
        Push(time, {{"kind", "cause"}, {"text", "cause: " + rest}, {"withheld", false}});
      } else {
        fault_ = rest;
        Push(time, {{"kind", "fault"},
                    {"name", "f"},
                    {"host", "server"},
                    {"rule", rest},
                    {"armed", true},
                    {"hits", 0}});
      }
      return;
    }
    words >> what;
    if (what.starts_with(">")) return AddPacket(time, name, what, words, line);
    if (what == "ss") return AddState(time, name, words);
    if (what.find('(') != std::string::npos) return AddCall(time, name, what + " " + Rest(words));
    std::string kind;
    words >> kind;
    Push(time, {{"kind", "program"},
                {"host", name},
                {"program", what},
                {"event", kind},
                {"output", Rest(words)}});
  }

  void AddPacket(std::int64_t time, const std::string& from, const std::string& arrow,
                 std::istringstream& words, const std::string& line) {
    std::string to, flags, range, word;
    words >> to >> flags >> range;
    int bits = 0;
    for (const char flag : flags) {
      bits |= flag == 'S' ? 2 : flag == 'F' ? 1 : flag == 'R' ? 4 : flag == 'P' ? 8 : 16;
    }
    nlohmann::json body = {{"kind", "packet"},
                           {"from", from},
                           {"to", to},
                           {"source", EndpointOf(from)},
                           {"destination", EndpointOf(to)},
                           {"protocol", 6},
                           {"flags", bits},
                           {"window", 500},
                           {"sequence", std::stoll(range)},
                           {"length", std::stoll(range.substr(range.find('(') + 1))}};
    while (words >> word) {
      std::int64_t number = 0;
      words >> number;
      body[word == "ack" ? "acknowledgment" : "window"] = number;
    }
    std::string text = line.substr(line.find(from));
    if (const std::size_t win = text.find(" win "); win != std::string::npos) text.resize(win);
    if (arrow == ">?") text[text.find('?')] = ' ';
    body["text"] = text;
    if (arrow != ">?") body["arrived"] = time + 10'000;
    if (arrow == ">|") body["fault"] = fault_;
    if (arrow == ">|") body["fault_host"] = "server";
    Push(time, std::move(body));
  }

  void AddState(std::int64_t time, const std::string& name, std::istringstream& words) {
    std::string state, timer = "off";
    std::int64_t expires = 0;
    words >> state >> timer >> expires;
    const bool listens = state == "LISTEN";
    const std::string remote = listens            ? "0.0.0.0:0"
                               : name == "server" ? EndpointOf("client")
                                                  : EndpointOf("server");
    const std::string text = name + ": " + state + " 0 0 " + EndpointOf(name) + " " + remote;
    Push(time, {{"kind", "state"},
                {"socket", name},
                {"state", state},
                {"local", EndpointOf(name)},
                {"remote", remote},
                {"timer", timer},
                {"timer_expires_ms", expires},
                {"receive_queue", 0},
                {"send_queue", 0},
                {"text", text}});
  }

  void AddCall(std::int64_t begin, const std::string& name, std::string text) {
    std::int64_t end = begin + 1000;
    if (const std::size_t until = text.find(" until "); until != std::string::npos) {
      end = static_cast<std::int64_t>(std::llround(std::stod(text.substr(until + 7)) * 1e9));
      text.resize(until);
    }
    const std::size_t open = text.find('(');
    const std::size_t close = text.find(')', open);
    nlohmann::json body = {{"kind", "call"},
                           {"id", ++calls_},
                           {"host", name == "server" ? name : "client"},
                           {"socket", name},
                           {"call", text.substr(0, open)},
                           {"arguments", text.substr(open + 1, close - open - 1)},
                           {"begin", begin},
                           {"end", end},
                           {"text", name + ": " + text}};
    if (const std::size_t error = text.find("= -1 "); error != std::string::npos) {
      body["errno"] = text.substr(error + 5, text.find(' ', error + 5) - error - 5);
    }
    Push(end, std::move(body));
  }

  void Push(std::int64_t time, nlohmann::json body) {
    body["t"] = time;
    auto place = timeline_.events.end();
    while (place != timeline_.events.begin() && (*(place - 1))["t"] > time) --place;
    timeline_.events.insert(place, std::move(body));
  }

  Timeline timeline_;
  std::string fault_;
  int calls_ = 0;
};

inline Timeline TimelineOf(const std::string& story) { return TimelineStory(story).Take(); }

}  // namespace halfopen

#endif  // HALFOPEN_TESTS_TIMELINE_STORY_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/ladder_call_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace halfopen {
namespace {

template <std::size_t kSize>
bool IsAmong(const std::array<std::string_view, kSize>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// Where the result begins, as " = -1 EPIPE", behind the argument list that begins at `open`;
// npos if it has none.
std::size_t ResultAt(const std::string& text, std::size_t open) {
  bool quoted = false;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text.compare(i, 4, ") = ") == 0) {
      return i + 1;
    }
  }
  return std::string::npos;
}

void RemoveAll(std::string& text, std::string_view begin, std::string_view end) {
  for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos;) {
    const std::size_t last = text.find(end, at);
    if (last == std::string::npos) return;
    text.erase(at, last + end.size() - at);
  }
}

std::string Inside(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string::npos) return {};
  const std::size_t end = text.find(after, begin + before.size());
  if (end == std::string::npos) return {};
  return text.substr(begin + before.size(), end - begin - before.size());
}

// {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.0.0.2")}, 16 -> 10.0.0.2:80
void ShortenAddress(std::string& text) {
  const std::size_t begin = text.find("{sa_family=AF_INET");
  if (begin == std::string::npos) return;
  std::size_t end = text.find('}', begin);
  if (end == std::string::npos) return;
  const std::string sockaddr = text.substr(begin, end - begin);
  const std::string port = Inside(sockaddr, "htons(", ")");
  const std::string v4 = Inside(sockaddr, "inet_addr(\"", "\")");
  const std::string v6 = Inside(sockaddr, "inet_pton(AF_INET6, \"", "\"");
  if (port.empty() || (v4.empty() && v6.empty())) return;
  if (text.compare(end, 4, "}, 1") == 0 || text.compare(end, 4, "}, 2") == 0 ||
      text.compare(end, 4, "}, [") == 0) {
    end = std::min(text.find_first_of(",)", end + 3), text.size()) - 1;
  }
  text.replace(begin, end + 1 - begin, v4.empty() ? "[" + v6 + "]:" + port : v4 + ":" + port);
}

// A program's buffers are of no interest before they are filled, nor are the arguments that it
// leaves out at the end.
void RemovePointers(std::string& text) {
  for (std::size_t at = 0; (at = text.find(" 0x", at)) != std::string::npos; at += 4) {
    const std::size_t end = text.find_first_not_of("0123456789abcdef", at + 3);
    text.replace(at + 1, std::min(end, text.size()) - at - 1, "...");
  }
  if (text.ends_with(", NULL, 0)")) text.erase(text.size() - 4, 3);
  while (text.ends_with(", NULL)")) text.erase(text.size() - 7, 6);
}

// "GET / HTTP/1.1\\r\\nHost: server" -> "GET / HTTP/1.1\\r\\nHo"...
void ShortenStrings(std::string& text) {
  constexpr std::size_t kMost = 20;
  for (std::size_t open = 0; (open = text.find('"', open)) != std::string::npos; ++open) {
    std::size_t close = open + 1;
    std::size_t cut = 0;  // before a character that is written as two or more
    while (close < text.size() && text[close] != '"') {
      if (close - open <= kMost) cut = close;
      close += text[close] == '\\' ? 2 : 1;
    }
    if (close >= text.size()) return;
    if (close - open - 1 > kMost + 4) {
      const bool is_cut = text.compare(close + 1, 3, "...") == 0;
      while (cut > open + 1 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;
      text.replace(cut, close - cut, "");
      close = cut;
      if (!is_cut) text.insert(close + 1, "...");
    }
    open = close;
  }
}

std::string Cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

CallText ShortCallText(const Ladder::Call& call, const std::string& lifeline, bool alone) {
  std::string text = call.text;
  // "client: recv(4096) = 0" is told beside the client's lifeline, and "client nc: recv(4)" too.
  const std::string own = (alone ? call.socket : lifeline) + ": ";
  const std::string own_program = lifeline + " ";
  if (text.starts_with(own)) text.erase(0, own.size());
  if (call.of_program && text.starts_with(own_program)) text.erase(0, own_program.size());
  const std::size_t result = ResultAt(text, std::min(text.find('('), text.size()));
  CallText parts;
  parts.call = text.substr(0, result);
  if (result != std::string::npos && call.end) parts.result = text.substr(result + 1);
  ShortenStrings(parts.call);
  ShortenStrings(parts.result);
  if (call.of_program) {
    for (std::string* part : {&parts.call, &parts.result}) {
      RemoveAll(*part, "<TCP:[", "]>");
      RemoveAll(*part, "<TCPv6:[", "]>");
    }
    ShortenAddress(parts.call);
    RemovePointers(parts.call);
  }
  constexpr std::size_t kMostOfCall = 72;
  constexpr std::size_t kMostOfResult = 60;
  if (parts.call.size() > kMostOfCall) parts.call = Cut(parts.call, kMostOfCall) + ")";
  parts.result = Cut(parts.result, kMostOfResult);
  return parts;
}

bool OnlyPrepares(const Ladder::Call& call) {
  constexpr std::array<std::string_view, 14> kOfPrograms = {
      "socket", "setsockopt", "getsockopt",    "getsockname",  "getpeername", "fcntl", "ioctl",
      "dup",    "dup2",       "epoll_create1", "epoll_create", "epoll_ctl",   "bind",  "fcntl64"};
  // A question to a name server is no TCP.
  if (call.of_program && call.text.find("<UDP") != std::string::npos) return true;
  if (!call.error.empty() && call.error != "EINPROGRESS" && call.error != "EAGAIN") return false;
  if (!call.of_program) return call.name == "socket";
  return IsAmong(kOfPrograms, call.name);
}

bool OnlySucceeds(const Ladder::Call& call) {
  constexpr std::array<std::string_view, 5> kNames = {"setsockopt", "bind", "listen", "close",
                                                      "shutdown"};
  return call.end && call.error.empty() && IsAmong(kNames, call.name);
}

bool Polls(const Ladder::Call& call) {
  constexpr std::array<std::string_view, 6> kNames = {"poll",     "ppoll",      "select",
                                                      "pselect6", "epoll_wait", "epoll_pwait"};
  return call.of_program && IsAmong(kNames, call.name);
}

}  // namespace halfopen

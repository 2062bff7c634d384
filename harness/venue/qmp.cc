// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/venue/qmp.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "netns/error.h"

namespace halfopen {

namespace {

// A field of a message; empty where QEMU has it missing or of another type.
std::string Word(const nlohmann::json& message, const char* field) {
  const auto found = message.is_object() ? message.find(field) : message.end();
  return found != message.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

void Qmp::Negotiate() {
  Receive();  // QEMU speaks first.
  Execute("qmp_capabilities");
}

nlohmann::json Qmp::Execute(const std::string& command, const nlohmann::json& arguments) {
  Send(nlohmann::json{{"execute", command}, {"arguments", arguments}}.dump(), -1);
  return AwaitReturn(command);
}

void Qmp::PassDescriptor(const std::string& name, int descriptor) {
  Send(nlohmann::json{{"execute", "getfd"}, {"arguments", {{"fdname", name}}}}.dump(), descriptor);
  AwaitReturn("getfd");
}

void Qmp::Migrate(const std::string& command, int file) {
  const nlohmann::json ignore_shared = {{"capability", "x-ignore-shared"}, {"state", true}};
  const nlohmann::json events = {{"capability", "events"}, {"state", true}};
  Execute("migrate-set-capabilities", {{"capabilities", {ignore_shared, events}}});
  PassDescriptor("state", file);
  Execute(command, {{"uri", "fd:state"}});
  AwaitMigration();
}

void Qmp::AwaitMigration() {
  for (std::string status; status != "completed";) {
    AwaitEvent("MIGRATION");
    status = Word(Execute("query-migrate"), "status");
    if (status == "failed") throw EnvironmentError("QEMU", "migration", 0, "it failed");
  }
}

void Qmp::AwaitEvent(const std::string& name) {
  while (true) {
    while (!events_.empty()) {
      const std::string event = events_.front();
      events_.pop_front();
      if (event == name) return;
    }
    const nlohmann::json message = Receive();
    if (message.contains("event")) events_.push_back(Word(message, "event"));
  }
}

nlohmann::json Qmp::AwaitReturn(const std::string& command) {
  while (true) {
    nlohmann::json message = Receive();
    if (message.contains("event")) events_.push_back(Word(message, "event"));
    if (message.contains("error")) {
      const std::string words = Word(message["error"], "desc");
      throw EnvironmentError("QEMU", command, 0, words.empty() ? "refused" : words);
    }
    if (message.contains("return")) return message["return"];
  }
}

nlohmann::json Qmp::Receive() {
  while (true) {
    if (const std::size_t end = partial_.find('\n'); end != std::string::npos) {
      nlohmann::json message = nlohmann::json::parse(partial_.substr(0, end), nullptr, false);
      partial_.erase(0, end + 1);
      if (message.is_object()) return message;
      throw EnvironmentError("QEMU", "monitor", EPROTO);
    }
    const Duration left = std::max<Duration>(patience_.end - Clock::now(), Duration::zero());
    std::array<pollfd, 2> readable{{{socket_.get(), POLLIN, 0}, {patience_.interrupt, POLLIN, 0}}};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    const int ready = poll(readable.data(), readable.size(),
                           static_cast<int>(std::min<long>(milliseconds, 1L << 30)));
    if (ready < 0 && errno == EINTR) continue;
    if (readable[1].revents != 0) throw EnvironmentError("QEMU", "monitor", EINTR);
    if (ready == 0) throw EnvironmentError("QEMU", "monitor", ETIMEDOUT);
    std::array<char, 4096> buffer;
    const ssize_t length = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) throw EnvironmentError("QEMU", "monitor", EPIPE, "QEMU has ended");
    partial_.append(buffer.data(), static_cast<std::size_t>(length));
  }
}

void Qmp::Send(const std::string& text, int descriptor) {
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptor)> control{};
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  // Commands are far shorter than a socket's buffer, so they go out whole.
  Check(static_cast<int>(sendmsg(socket_.get(), &message, MSG_NOSIGNAL)), "QEMU", "monitor");
}

}  // namespace halfopen

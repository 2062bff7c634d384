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

void Qmp::Negotiate(TimePoint deadline) {
  Receive(deadline);  // QEMU speaks first.
  Execute("qmp_capabilities", nlohmann::json::object(), deadline);
}

nlohmann::json Qmp::Execute(const std::string& command, const nlohmann::json& arguments,
                            TimePoint deadline) {
  Send(nlohmann::json{{"execute", command}, {"arguments", arguments}}.dump(), -1);
  return AwaitReturn(command, deadline);
}

void Qmp::PassDescriptor(const std::string& name, int descriptor, TimePoint deadline) {
  Send(nlohmann::json{{"execute", "getfd"}, {"arguments", {{"fdname", name}}}}.dump(), descriptor);
  AwaitReturn("getfd", deadline);
}

void Qmp::AwaitEvent(const std::string& name, TimePoint deadline) {
  while (true) {
    while (!events_.empty()) {
      const std::string event = events_.front();
      events_.pop_front();
      if (event == name) return;
    }
    const nlohmann::json message = Receive(deadline);
    if (message.contains("event")) events_.push_back(message.value("event", ""));
  }
}

nlohmann::json Qmp::AwaitReturn(const std::string& command, TimePoint deadline) {
  while (true) {
    nlohmann::json message = Receive(deadline);
    if (message.contains("event")) events_.push_back(message.value("event", ""));
    if (message.contains("error")) {
      throw EnvironmentError("QEMU", command, 0, message["error"].value("desc", "refused"));
    }
    if (message.contains("return")) return message["return"];
  }
}

nlohmann::json Qmp::Receive(TimePoint deadline) {
  while (true) {
    if (const std::size_t end = partial_.find('\n'); end != std::string::npos) {
      nlohmann::json message = nlohmann::json::parse(partial_.substr(0, end), nullptr, false);
      partial_.erase(0, end + 1);
      if (message.is_object()) return message;
      throw EnvironmentError("QEMU", "monitor", EPROTO);
    }
    const Duration left = std::max<Duration>(deadline - Clock::now(), Duration::zero());
    pollfd readable{socket_.get(), POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    const int ready = poll(&readable, 1, static_cast<int>(std::min<long>(milliseconds, 1L << 30)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) throw EnvironmentError("QEMU", "monitor", ETIMEDOUT);
    std::array<char, 4096> buffer;
    const ssize_t length = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) throw EnvironmentError("QEMU", "monitor", 0, "QEMU has ended");
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

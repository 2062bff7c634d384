// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_NGINX_NGINX_H_
#define HALFOPEN_SCENARIOS_NGINX_NGINX_H_

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "netns/error.h"
#include "scenarios/backlog/backlog.h"

// What the stories of nginx share: a master, which makes the listening socket and answers nobody,
// and one worker, which accepts and answers.
namespace halfopen::nginx {

using namespace backlog;  // NOLINT: its queues, counters and handshakes

inline const bool kUsesNginx = UsesProgram("nginx");
// "user root" is looked up there.
inline const bool kUsesUsers = UsesFile("/etc/passwd") && UsesFile("/etc/group");

inline constexpr char kRequest[] = "GET / HTTP/1.0\r\n\r\n";

// `listen` are the parameters of the directive of that name, `more` is what else a server may have.
inline Program RunNginx(Host& host, std::string_view listen, std::string_view more = "") {
  // It logs what it has answered on standard output, all else on standard error. Nothing lies
  // outside of its folder. What "big" holds is more than a small send buffer and less than a
  // client's window. An answer has the same length whatever the version.
  static constexpr char kConfiguration[] = R"(
daemon off;
user root;
worker_processes 1;
pid nginx.pid;
error_log stderr info;
events {{ worker_connections 32; multi_accept on; }}
http {{
  server_tokens off;
  log_format short '$status $request';
  access_log /proc/self/fd/1 short;
  client_body_temp_path temp;
  proxy_temp_path temp;
  fastcgi_temp_path temp;
  scgi_temp_path temp;
  uwsgi_temp_path temp;
  server {{
    listen {} {};
    {}
    location / {{ return 200 "hello\n"; }}
  }}
}}
)";
  const Endpoint address{host.address(), Socket::kDefaultPort};
  return host.Run(ProgramOptions{
      .arguments = {"nginx", "-e", "stderr", "-p", ".", "-c", "nginx.conf"},
      .files = {{"nginx.conf", fmt::format(kConfiguration, address.ToString(), listen, more)},
                {"big", std::string(50000, '.')}}});
}

// Blocks until a worker waits for clients, and returns its process; not that of `before`.
inline int AwaitWorker(Program& nginx, int before = 0) {
  const auto listens = [before](const Call& call) {
    return call.thread != before && call.arguments.find("EPOLL_CTL_ADD") != std::string::npos;
  };
  return nginx.AwaitCall("epoll_ctl", listens).thread;
}

// kill(2).
inline void SignalWorker(int worker, int signal) {
  Check(kill(worker, signal), "kill", "nginx's worker");
}

// Ends nginx, so that all of its calls are known and all of its output is read.
inline void Stop(Program& nginx) {
  nginx.Signal(SIGTERM);
  nginx.Wait();
}

// Connects, and waits until the server has the connection too.
inline Socket ConnectTo(Host& server, Host& clients, std::string label) {
  Socket client = clients.NewSocket(std::move(label));
  EXPECT_THAT(client.Connect(server), Returns(0));
  server.AwaitConnection(
      client.remote(), client.local(),
      [](const SocketSnapshot& now) { return now.state == TcpState::kEstablished; }, "ESTABLISHED");
  return client;
}

// The listener's accept queue, which `backlog` limits.
inline SocketSnapshot Queue(Host& server) {
  return server.DiagnoseListener(Socket::kDefaultPort).value_or(SocketSnapshot{});
}

// Blocks until the server has ignored `packets` of this client since `before`, or has taken it.
inline void AwaitIgnored(Host& server, const Socket& client, const Counters& before, int packets) {
  server.AwaitConnection(
      client.remote(), client.local(),
      [&](const SocketSnapshot& now) {
        return now.state == TcpState::kEstablished ||
               Counted(server, before)["ListenDrops"] >= packets;
      },
      fmt::format("{} ignored", packets));
}

// Blocks until the client's kernel has acknowledged that nginx has closed the connection.
inline void AwaitFinAcknowledged(Host& server, const Socket& client) {
  server.AwaitConnection(
      client.remote(), client.local(),
      [](const SocketSnapshot& now) { return now.state == TcpState::kFinWait2; }, "FIN-WAIT-2");
}

// Sends a request and reads the answer.
inline void ExpectAnswer(Socket& client) {
  EXPECT_THAT(client.Send(kRequest), Succeeds());
  EXPECT_THAT(client.Recv().data, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
}

}  // namespace halfopen::nginx

#endif  // HALFOPEN_SCENARIOS_NGINX_NGINX_H_

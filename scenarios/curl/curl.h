// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_SCENARIOS_CURL_CURL_H_
#define HALFOPEN_SCENARIOS_CURL_CURL_H_

#include <string>
#include <utility>
#include <vector>

#include "scenarios/program_calls.h"

// What the stories of curl share. Its words for an error differ between its versions, its exit
// codes do not (curl(1), EXIT CODES).
namespace halfopen {

const bool kUsesCurl = UsesProgram("curl");

// A request of 32 bytes, whatever curl's version and the server's address; and what comes of its
// response, 44 bytes, and what is left of it.
inline constexpr auto kRequest = "GET / HTTP/1.1\r\nHost: server\r\n\r\n";
inline constexpr auto kHalfAResponse = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello";
inline constexpr auto kOtherHalf = "world";

// curl asks the server's port 80, with these options.
inline Program RunCurl(Host& client, const Host& server, std::vector<std::string> options = {}) {
  const std::string port80 = Endpoint{server.address(), 80}.ToString();
  std::vector<std::string> words{"curl",         "-q", "-sS",         "--noproxy", "*",      "-H",
                                 "Host: server", "-H", "User-Agent:", "-H",        "Accept:"};
  words.insert(words.end(), options.begin(), options.end());
  words.push_back("http://" + port80 + "/");
  return client.Run(std::move(words));
}

// Half a response has come, and is acknowledged and read.
struct Download {
  Program curl;
  Socket server;
};
inline Download StartDownload(Host& client, Host& server, std::vector<std::string> options = {}) {
  Socket listener = server.Listen();
  Program curl = RunCurl(client, server, std::move(options));
  Socket accepted = listener.Accept();
  EXPECT_THAT(accepted.Recv(), Receives(kRequest));
  EXPECT_THAT(accepted.Send(kHalfAResponse), Returns(44));
  curl.AwaitCall("recvfrom", testing::Matches(Returns(44)));
  accepted.Await([](const SocketSnapshot& now) { return now.send_queue == 0; },
                 "all is acknowledged");
  return {std::move(curl), std::move(accepted)};
}

// How long after `started` curl closed its socket. It counts its own time-outs from a little later
// on, and closes when it gets the CPU, so they are held against this from below.
inline Duration UntilItCloses(Program& curl, TimePoint started) {
  return curl.AwaitCall("close", testing::Matches(Says("<TCP"))).begin - started;
}

}  // namespace halfopen

#endif  // HALFOPEN_SCENARIOS_CURL_CURL_H_

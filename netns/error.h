// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_NETNS_ERROR_H_
#define HALFOPEN_NETNS_ERROR_H_

#include <stdexcept>
#include <string>
#include <string_view>

namespace halfopen {

// The environment refused something that the laboratory needs: no privilege, a netlink refusal, a
// full disk. Never a finding about TCP. what() reads
// "CALL OBJECT: ERRNO_NAME (words)[: detail]".
class EnvironmentError : public std::runtime_error {
 public:
  // `error` is an errno value, or 0 where the refusal has none; `detail` adds what to do about it.
  EnvironmentError(std::string_view call, std::string_view object, int error,
                   std::string_view detail = {});
  int error() const { return error_; }

 private:
  int error_;
};

// This machine or kernel lacks a capability that a scenario needs: the scenario is skipped (or is
// an error under --require). what() names the capability and its remedy.
class MissingCapability : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The symbolic name of an errno value ("ECONNRESET"), or "errno N" for one without a name.
// Thread-safe.
std::string ErrnoName(int error);

// The words of an errno value as strerror(3) gives them ("Connection reset by peer"). Thread-safe.
std::string ErrnoText(int error);

// The errno that a library's words end with ("socket: Too many open files" is EMFILE), or 0.
// Thread-safe.
int ErrnoOfText(std::string_view words);

// Throws EnvironmentError with the current errno if `result` is negative; returns it otherwise.
int Check(int result, std::string_view call, std::string_view object);

}  // namespace halfopen

#endif  // HALFOPEN_NETNS_ERROR_H_

// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HALFOPEN_HARNESS_REPORT_TCP_END_H_
#define HALFOPEN_HARNESS_REPORT_TCP_END_H_

#include <cstdint>
#include <map>
#include <optional>

#include "harness/report/tcp_trace.h"

namespace halfopen {

// The state of one end of a connection as RFC 9293 3.10 has it follow from its segments and calls,
// and Linux where it goes its own ways. CLOSE is what no socket is in, before and after.
class TcpEnd {
 public:
  using Segment = TcpTrace::Segment;

  TcpState state() const { return state_; }

  void Send(const Segment& segment);
  // `completes` is false of an ACK that Linux passes over because the accept queue is full or a
  // deferred accept waits for data: then SYN-RECV stays.
  void Receive(const Segment& segment, bool completes);
  // close(2) or shutdown(2) of what it sends: the FIN may have to wait behind data.
  void StopSending();
  // It gives up: a timeout, an ICMP error, a reset by its own side.
  void Abort() { state_ = TcpState::kClose; }
  void Correct(TcpState observed) { state_ = observed; }

  // Whether something that it has sent is not acknowledged, or waits for the peer's window.
  bool has_unacknowledged() const { return highest_acknowledged_ < highest_sent_ || !window_; }
  // Whether the segment was sent before, or is a probe that carries nothing new.
  bool Repeats(const Segment& segment) const;

 private:
  void Begin(TcpState state, const Segment& syn);
  void Reset(const Segment& segment);
  void ReceiveInSynSent(const Segment& segment);
  void ReceiveInSynRecv(const Segment& segment, bool completes);
  void ReceiveSynchronized(const Segment& segment);
  void Take(const Segment& segment);
  void TakeFin();
  bool IsAcceptableReset(const Segment& segment) const;

  TcpState state_ = TcpState::kClose;
  std::int64_t highest_sent_ = 0;  // the number behind it
  std::int64_t highest_acknowledged_ = 0;
  bool window_ = true;                                 // the peer's is open
  std::optional<std::int64_t> fin_sent_;               // the number behind it
  std::optional<std::int64_t> expected_;               // RCV.NXT
  std::optional<std::int64_t> fin_expected_;           // the number behind the peer's FIN
  std::map<std::int64_t, std::int64_t> out_of_order_;  // from, to
  bool fin_taken_ = false;
};

}  // namespace halfopen

#endif  // HALFOPEN_HARNESS_REPORT_TCP_END_H_

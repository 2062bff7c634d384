// SPDX-License-Identifier: GPL-2.0-or-later
#include "harness/report/tcp_end.h"

#include <algorithm>

#include "harness/record/packet.h"

namespace halfopen {

void TcpEnd::Begin(TcpState state, const Segment& syn) {
  *this = TcpEnd();
  state_ = state;
  highest_sent_ = syn.end();
  if (syn.Has(kAck)) expected_ = syn.acknowledgment;
}

void TcpEnd::Send(const Segment& segment) {
  const bool has_none = state_ == TcpState::kClose || state_ == TcpState::kTimeWait;
  if (segment.Has(kRst)) {
    Reset(segment);
  } else if (segment.Has(kSyn) && has_none) {
    Begin(segment.Has(kAck) ? TcpState::kSynRecv : TcpState::kSynSent, segment);
  } else if (state_ != TcpState::kClose) {
    highest_sent_ = std::max(highest_sent_, segment.end());
    if (!segment.Has(kFin)) return;
    fin_sent_ = segment.end();
    StopSending();
  }
}

bool TcpEnd::Repeats(const Segment& segment) const {
  if (state_ == TcpState::kClose || state_ == TcpState::kTimeWait || segment.Has(kRst)) {
    return false;
  }
  const bool carries = segment.end() > segment.sequence;
  return carries ? segment.end() <= highest_sent_ : segment.sequence < highest_sent_;
}

void TcpEnd::Reset(const Segment& segment) {
  // An answer to a segment that fits no connection, not the end of this one: its number is that
  // segment's ACK, and it has no ACK itself (RFC 9293 3.10.7).
  const bool answers = !segment.Has(kAck) || segment.sequence == 0;
  if (answers && state_ == TcpState::kSynSent) return;
  if (answers && state_ == TcpState::kSynRecv && segment.sequence != highest_sent_) return;
  state_ = TcpState::kClose;
}

void TcpEnd::Receive(const Segment& segment, bool completes) {
  if (segment.Has(kAck) && !segment.Has(kRst) && segment.acknowledgment <= highest_sent_) {
    highest_acknowledged_ = std::max(highest_acknowledged_, segment.acknowledgment);
    window_ = segment.window > 0;
  }
  switch (state_) {
    case TcpState::kClose:
    case TcpState::kListen:
      return;
    case TcpState::kSynSent:
      return ReceiveInSynSent(segment);
    case TcpState::kSynRecv:
      return ReceiveInSynRecv(segment, completes);
    default:
      return ReceiveSynchronized(segment);
  }
}

void TcpEnd::ReceiveInSynSent(const Segment& segment) {
  const bool acknowledges =
      segment.Has(kAck) && segment.acknowledgment > 0 && segment.acknowledgment <= highest_sent_;
  if (segment.Has(kAck) && !acknowledges) return;
  if (segment.Has(kRst)) {
    if (acknowledges) state_ = TcpState::kClose;
    return;
  }
  if (!segment.Has(kSyn)) return;
  expected_ = segment.sequence + 1;
  state_ = acknowledges ? TcpState::kEstablished : TcpState::kSynRecv;
  if (acknowledges) Take(segment);
}

void TcpEnd::ReceiveInSynRecv(const Segment& segment, bool completes) {
  if (segment.Has(kRst)) {
    if (IsAcceptableReset(segment)) state_ = TcpState::kClose;
    return;
  }
  const bool acknowledges =
      segment.Has(kAck) && segment.acknowledgment > 0 && segment.acknowledgment <= highest_sent_;
  if (!acknowledges || !completes) return;
  state_ = TcpState::kEstablished;
  Take(segment);
}

void TcpEnd::ReceiveSynchronized(const Segment& segment) {
  if (segment.Has(kRst)) {
    if (IsAcceptableReset(segment)) state_ = TcpState::kClose;
    return;
  }
  // What an old or another connection sends is answered with an ACK and has no effect (RFC 5961).
  if (segment.Has(kSyn) || !segment.Has(kAck)) return;
  if (segment.acknowledgment > highest_sent_) return;
  if (expected_ && segment.end() < *expected_) return;
  if (fin_sent_ && segment.acknowledgment >= *fin_sent_) {
    if (state_ == TcpState::kFinWait1) state_ = TcpState::kFinWait2;
    if (state_ == TcpState::kClosing) state_ = TcpState::kTimeWait;
    if (state_ == TcpState::kLastAck) state_ = TcpState::kClose;
  }
  Take(segment);
}

void TcpEnd::Take(const Segment& segment) {
  if (!expected_) expected_ = segment.sequence;
  if (segment.Has(kFin)) fin_expected_ = segment.end();
  const std::int64_t end = segment.sequence + (segment.Has(kSyn) ? 1 : 0) + segment.length;
  std::int64_t& block_end = out_of_order_[segment.sequence];
  block_end = std::max(block_end, end);
  while (!out_of_order_.empty() && out_of_order_.begin()->first <= *expected_) {
    expected_ = std::max(*expected_, out_of_order_.begin()->second);
    out_of_order_.erase(out_of_order_.begin());
  }
  if (fin_expected_ && !fin_taken_ && *expected_ >= *fin_expected_ - 1) TakeFin();
}

void TcpEnd::TakeFin() {
  fin_taken_ = true;
  expected_ = fin_expected_;
  if (state_ == TcpState::kEstablished) state_ = TcpState::kCloseWait;
  if (state_ == TcpState::kFinWait1) state_ = TcpState::kClosing;
  if (state_ == TcpState::kFinWait2) state_ = TcpState::kTimeWait;
}

bool TcpEnd::IsAcceptableReset(const Segment& segment) const {
  if (!expected_ || segment.sequence == *expected_) return true;
  // Linux takes the number of the FIN too (tcp_reset_check()), and the one behind the last SACK
  // block (tcp_validate_incoming()).
  const bool behind_fin = state_ == TcpState::kCloseWait || state_ == TcpState::kLastAck ||
                          state_ == TcpState::kClosing;
  if (behind_fin && segment.sequence == *expected_ - 1) return true;
  return std::ranges::any_of(out_of_order_,
                             [&](const auto& block) { return block.second == segment.sequence; });
}

void TcpEnd::StopSending() {
  if (state_ == TcpState::kEstablished || state_ == TcpState::kSynRecv) {
    state_ = TcpState::kFinWait1;
  } else if (state_ == TcpState::kCloseWait) {
    state_ = TcpState::kLastAck;
  } else if (state_ == TcpState::kSynSent || state_ == TcpState::kListen) {
    state_ = TcpState::kClose;
  }
}

}  // namespace halfopen

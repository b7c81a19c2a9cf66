// Two questions about silence: is the connection dead, and is it time to keep it
// alive? RFC 9000 §10.1: receiving restarts the idle timeout, and so does the first
// ack-eliciting packet sent after receiving.
#pragma once

#include "proto/time.hpp"

#include <algorithm>
#include <optional>

namespace tern::proto {

class idle_clock {
 public:
  static constexpr duration answer_interval = std::chrono::milliseconds{500};

  idle_clock(time_point now, duration idle_timeout, duration keep_alive_interval)
      : idle_timeout_(idle_timeout), keep_alive_interval_(keep_alive_interval), alive_at_(now), traffic_at_(now) {}

  // An authenticated packet arrived.
  void on_received(time_point now) {
    alive_at_ = now;
    traffic_at_ = now;
    sent_since_received_ = false;
  }
  void on_sent_ack_eliciting(time_point now) {
    if (!sent_since_received_) alive_at_ = now;
    sent_since_received_ = true;
    traffic_at_ = now;
  }
  void want_keep_alive(bool wanted) { keep_alive_wanted_ = wanted; }
  // The peer owes an answer: it is asked sooner whether it is there.
  void expect_answer(bool expected) { answer_expected_ = expected; }

  // `pto`: three of them must fit the timeout, so that a lossy path is not mistaken
  // for a dead peer (RFC 9000 §10.1).
  time_point idle_deadline(duration pto) const { return alive_at_ + std::max(idle_timeout_, 3 * pto); }
  bool is_idle(time_point now, duration pto) const { return now >= idle_deadline(pto); }

  std::optional<time_point> keep_alive_deadline() const {
    if (answer_expected_) return traffic_at_ + std::min(answer_interval, keep_alive_interval_);
    if (!keep_alive_wanted_) return std::nullopt;
    return traffic_at_ + keep_alive_interval_;
  }
  bool keep_alive_due(time_point now) const {
    const auto deadline = keep_alive_deadline();
    return deadline && now >= *deadline;
  }

 private:
  duration idle_timeout_;
  duration keep_alive_interval_;
  time_point alive_at_;
  time_point traffic_at_;
  bool sent_since_received_ = false;
  bool keep_alive_wanted_ = false;
  bool answer_expected_ = false;
};

}  // namespace tern::proto

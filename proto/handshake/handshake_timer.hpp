// When an unanswered handshake packet is sent again. Starts from the initial RTT
// (RFC 9002 §6.2.2: 333 ms, so the first PTO is about a second) and backs off x1.5,
// x1.5, then x2, up to 3 s (protocol.md, 5). From the second attempt on two copies
// leave at a time, as RFC 9002 §6.2.4 allows for probes.
#pragma once

#include "proto/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tern::proto {

class handshake_timer {
 public:
  static constexpr duration first_interval = std::chrono::milliseconds{1000};
  static constexpr duration interval_max = std::chrono::seconds{3};

  // A new kind of packet (HELLO, INITIAL, INITIAL with a token): send it now.
  void restart() {
    attempts_ = 0;
    interval_ = first_interval;
    copies_due_ = 1;
    deadline_.reset();
  }
  void stop() {
    copies_due_ = 0;
    deadline_.reset();
  }

  bool is_copy_due() const { return copies_due_ > 0; }
  void on_sent(time_point now) {
    --copies_due_;
    if (copies_due_ == 0) deadline_ = now + interval_;
  }
  std::optional<time_point> deadline() const { return deadline_; }
  void on_timeout(time_point now) {
    if (!deadline_ || now < *deadline_) return;
    ++attempts_;
    interval_ = std::min(interval_max, attempts_ <= 2 ? interval_ * 3 / 2 : interval_ * 2);
    copies_due_ = 2;
    deadline_.reset();
  }
  // How often it went unanswered.
  std::uint32_t unanswered() const { return attempts_; }

 private:
  std::uint32_t attempts_ = 0;
  std::uint32_t copies_due_ = 0;
  duration interval_ = first_interval;
  std::optional<time_point> deadline_;
};

}  // namespace tern::proto

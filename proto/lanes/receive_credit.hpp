// How much we let the peer send. Credit comes back when the application takes a
// message; the window grows while it is used up within a few round trips, as QUIC
// implementations do, up to its maximum.
#pragma once

#include "proto/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace tern::proto {

class receive_credit {
 public:
  receive_credit(std::uint64_t window, std::uint64_t window_max)
      : window_(window), window_max_(window_max), granted_(window) {}

  bool allows(std::uint64_t charge) const { return charged_ + charge <= granted_; }
  // A new message has begun to arrive. Precondition: allows(charge).
  void charge(std::uint64_t amount) { charged_ += amount; }
  // The application took it, or it will never come.
  void give_back(std::uint64_t amount) { returned_ += amount; }

  // A MAX_DATA worth sending: a quarter of the window has come back, or the last one was lost.
  std::optional<std::uint64_t> due() const {
    const std::uint64_t total = returned_ + window_;
    if (repeat_ || total >= granted_ + window_ / 4) return std::max(total, granted_);
    return std::nullopt;
  }
  // `total`, as due() said, has left in a packet.
  void on_sent(time_point now, std::uint64_t total, duration round_trip) {
    granted_ = std::max(granted_, total);
    const bool used_up_fast = sent_at_ && !repeat_ && now - *sent_at_ < 4 * round_trip;
    if (used_up_fast) window_ = std::min(window_max_, 2 * window_);
    sent_at_ = now;
    repeat_ = false;
  }
  void repeat() { repeat_ = true; }

  std::uint64_t window() const { return window_; }
  // Charged and not yet taken: what the peer makes us hold.
  std::uint64_t outstanding() const { return charged_ - std::min(charged_, returned_); }

 private:
  std::uint64_t window_;
  std::uint64_t window_max_;
  std::uint64_t granted_;
  std::uint64_t charged_ = 0;
  std::uint64_t returned_ = 0;
  std::optional<time_point> sent_at_;
  bool repeat_ = false;
};

}  // namespace tern::proto

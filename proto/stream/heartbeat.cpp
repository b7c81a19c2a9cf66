#include "proto/stream/heartbeat.hpp"

#include "proto/connection/idle_clock.hpp"

#include <algorithm>
#include <utility>

namespace tern::proto {

void heartbeat::set_busy(time_point now, bool busy) {
  if (busy && !busy_) busy_since_ = now;
  busy_ = busy;
}

void heartbeat::on_received(time_point now) {
  heard_at_ = now;
  returned_ = returned_ || is_silent_;
  is_silent_ = false;
}

std::optional<duration> heartbeat::on_pong(time_point now, const byte_array<8>& data) {
  if (!sent_ || sent_->data != data) return std::nullopt;
  const duration round_trip = now - sent_->at;
  sent_.reset();
  return round_trip;
}

// One PING at a time: TCP repeats it for as long as it takes.
std::optional<time_point> heartbeat::next_ping() const {
  if (is_waiting()) return std::nullopt;
  std::optional<time_point> next;
  if (busy_) next = std::max(busy_since_, asked_at_) + busy_interval;
  if (keep_alive_wanted_ || answer_expected_) {
    const duration interval =
        answer_expected_ ? std::min(idle_clock::answer_interval, keep_alive_interval_) : keep_alive_interval_;
    const time_point keep = std::max(heard_at_, asked_at_) + interval;
    next = next ? std::min(*next, keep) : keep;
  }
  return next;
}

std::optional<time_point> heartbeat::deadline(duration smoothed) const {
  if (!is_waiting()) return next_ping();
  if (is_silent_) return std::nullopt;
  return std::max({asked_at_, heard_at_, stalled_until_}) + std::max(silence_min, 3 * smoothed);
}

void heartbeat::on_timeout(time_point now, duration smoothed) {
  const auto due = deadline(smoothed);
  if (!due || now < *due) return;
  if (is_waiting()) {
    is_silent_ = true;
    fell_silent_ = true;
  } else {
    ping_due_ = true;
    asked_at_ = now;
  }
}

void heartbeat::on_ping_sent(time_point now, const byte_array<8>& data) {
  ping_due_ = false;
  sent_ = ping{data, now};
}

bool heartbeat::take_fell_silent() { return std::exchange(fell_silent_, false); }
bool heartbeat::take_returned() { return std::exchange(returned_, false); }

}  // namespace tern::proto

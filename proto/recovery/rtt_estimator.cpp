#include "proto/recovery/rtt_estimator.hpp"

#include <algorithm>

namespace tern::proto {

void windowed_minimum::restart(sample fresh) {
  best_ = {fresh, fresh, fresh};
  known_ = true;
}

void windowed_minimum::on_sample(time_point now, duration value) {
  const sample fresh{.at = now, .value = value};
  if (!known_ || value <= best_[0].value || now - best_[2].at > window_) return restart(fresh);
  if (value <= best_[1].value)
    best_[1] = best_[2] = fresh;
  else if (value <= best_[2].value)
    best_[2] = fresh;
  expire(fresh);
}

// Successors are taken from different quarters of the window, so that one is left
// when the best expires.
void windowed_minimum::expire(sample fresh) {
  const duration age = fresh.at - best_[0].at;
  if (age > window_) {
    best_ = {best_[1], best_[2], fresh};
    if (fresh.at - best_[0].at > window_) best_ = {best_[1], best_[2], fresh};
  } else if (best_[1].at == best_[0].at && age > window_ / 4) {
    best_[1] = best_[2] = fresh;
  } else if (best_[2].at == best_[1].at && age > window_ / 2) {
    best_[2] = fresh;
  }
}

std::optional<duration> windowed_minimum::get() const {
  if (!known_) return std::nullopt;
  return best_[0].value;
}

void rtt_estimator::on_sample(time_point now, duration latest, duration ack_delay) {
  latest = std::min(latest, sample_max);
  latest_ = latest;
  minimum_.on_sample(now, latest);  // without the peer's delay: RFC 9002 section 5.2
  if (!has_sample_) {
    has_sample_ = true;
    smoothed_ = latest;  // RFC 9002 section 5.3
    variation_ = latest / 2;
    return;
  }
  // The delay is subtracted only where the result does not fall below the minimum (RFC 9002 section 5.3).
  const duration adjusted = latest >= minimum() + ack_delay ? latest - ack_delay : latest;
  const duration difference = smoothed_ > adjusted ? smoothed_ - adjusted : adjusted - smoothed_;
  variation_ = (3 * variation_ + difference) / 4;
  smoothed_ = (7 * smoothed_ + adjusted) / 8;
}

duration rtt_estimator::pto(duration max_ack_delay) const {
  return smoothed_ + std::max(4 * variation_, granularity) + max_ack_delay;  // RFC 9002 section 6.2.1
}

}  // namespace tern::proto

#include "proto/congestion/delivery_rate.hpp"

#include <algorithm>

namespace tern::proto {
namespace {

std::uint64_t per_second(std::uint64_t size, duration interval) {
  return static_cast<std::uint64_t>(static_cast<double>(size) / std::chrono::duration<double>(interval).count());
}

}  // namespace

delivery_snapshot delivery_rate::on_sent(time_point now, std::uint64_t in_flight_before, std::uint64_t size) {
  // After an idle time the intervals begin with this packet (draft section 3.2).
  if (in_flight_before == 0) {
    first_sent_at_ = now;
    delivered_at_ = now;
  }
  return {.delivered = delivered_,
          .delivered_at = delivered_at_,
          .first_sent_at = first_sent_at_,
          .in_flight = in_flight_before + size,
          .lost = lost_,
          .app_limited = app_limited()};
}

void delivery_rate::on_acked(time_point now, time_point sent_at, const delivery_snapshot& snapshot,
                             std::uint64_t size) {
  delivered_ += size;
  delivered_at_ = now;
  if (!newest_ || sent_at >= newest_->sent_at) newest_ = pending{.snapshot = snapshot, .sent_at = sent_at};
}

std::optional<rate_sample> delivery_rate::take_sample(duration min_rtt) {
  if (!newest_) return std::nullopt;
  const pending newest = *newest_;
  newest_.reset();
  if (app_limited_until_ != 0 && delivered_ > app_limited_until_) app_limited_until_ = 0;
  if (newest.snapshot.delivered >= round_ends_at_) {
    ++round_;
    round_ends_at_ = delivered_;
  }
  first_sent_at_ = newest.sent_at;

  // The slower of sending and acknowledging, so that neither a burst of packets nor
  // one of ACKs is taken for speed (draft section 2.2.4).
  const duration sending = newest.sent_at - newest.snapshot.first_sent_at;
  const duration acknowledging = delivered_at_ - newest.snapshot.delivered_at;
  const duration interval = std::max(sending, acknowledging);
  if (interval <= duration::zero() || interval < min_rtt) return std::nullopt;
  const std::uint64_t delivered = delivered_ - newest.snapshot.delivered;
  return rate_sample{.bytes_per_second = per_second(delivered, interval),
                     .interval = interval,
                     .delivered = delivered,
                     .lost = lost_ - newest.snapshot.lost,
                     .in_flight = newest.snapshot.in_flight,
                     .prior_total = newest.snapshot.delivered,
                     .app_limited = newest.snapshot.app_limited};
}

void delivery_rate::on_app_limited(std::uint64_t in_flight) {
  app_limited_until_ = std::max<std::uint64_t>(delivered_ + in_flight, 1);
}

}  // namespace tern::proto

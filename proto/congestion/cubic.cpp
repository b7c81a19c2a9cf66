#include "proto/congestion/cubic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tern::proto {
namespace {

using seconds = std::chrono::duration<double>;

constexpr double beta = 0.7;                                       // RFC 9438 section 4.6
constexpr double scale = 0.4;                                      // C, RFC 9438 section 5.1
constexpr double reno_growth = 3.0 * (1.0 - beta) / (1.0 + beta);  // alpha_cubic, RFC 9438 section 4.3
constexpr double target_growth_max = 1.5;                          // RFC 9438 section 4.2
constexpr double no_threshold = std::numeric_limits<double>::infinity();
constexpr duration idle_unit_min = std::chrono::seconds{1};  // RFC 6298 section 2.4

}  // namespace

cubic::cubic(const congestion_limits& limits)
    : limits_(limits), smoothed_rtt_(limits.initial_rtt), rtt_variation_(limits.initial_rtt / 2) {
  now_.window = initial_window();
  now_.threshold = no_threshold;
}

double cubic::minimum_window() const { return segment() * static_cast<double>(limits_.minimum_window_packets); }

double cubic::initial_window() const { return segment() * static_cast<double>(limits_.initial_window_packets); }

std::uint64_t cubic::window() const { return static_cast<std::uint64_t>(now_.window); }

bool cubic::in_slow_start() const { return now_.window < now_.threshold; }

std::uint64_t cubic::slow_start_threshold() const {
  return now_.threshold == no_threshold ? std::numeric_limits<std::uint64_t>::max()
                                        : static_cast<std::uint64_t>(now_.threshold);
}

std::uint64_t cubic::pacing_rate() const {
  // A little faster than the window per round trip, so that the window stays what
  // limits (RFC 9002 section 7.7); twice in slow start, which doubles it each round.
  const double factor = in_slow_start() ? 2.0 : 1.25;
  const double rate = factor * now_.window / seconds{smoothed_rtt_}.count();
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(rate), 1);
}

void cubic::on_sent(time_point now, std::uint64_t size, std::uint64_t bytes_in_flight) {
  if (bytes_in_flight <= size) on_wake(now);
  last_sent_at_ = now;
  round_peak_ = std::max(round_peak_, bytes_in_flight);
}

void cubic::on_wake(time_point now) {
  // The time without anything in flight does not count on the curve (RFC 9438 section 5.8).
  if (now_.epoch && last_ack_at_) *now_.epoch += now - *last_ack_at_;
  last_ack_at_ = now;
  if (!last_sent_at_) return;
  const duration unit = std::max(idle_unit_min, smoothed_rtt_ + 4 * rtt_variation_);
  const double floor = std::min(now_.window, initial_window());
  for (duration idle = now - *last_sent_at_; idle >= unit && now_.window > floor; idle -= unit) halve_for_idle(floor);
}

// A window not used for a retransmission timeout says little about the path: it decays
// by half for each, and slow start leads back to where it was (RFC 5681 section 4.1,
// with the gentler decay of RFC 2861 section 3.1).
void cubic::halve_for_idle(double floor) {
  if (now_.threshold != no_threshold) now_.threshold = std::max(now_.threshold, 0.75 * now_.window);
  now_.window = std::max(now_.window / 2, floor);
  now_.epoch.reset();
}

// RFC 9002 section 7.8: a window that was not filled must not grow. Judged by the peak of
// this and the last round trip: within a round, pacing and ACKs move what is in flight.
bool cubic::window_limited() const {
  const auto peak = static_cast<double>(std::max(round_peak_, previous_peak_));
  if (in_slow_start()) return 2 * peak > now_.window;
  return peak + 2 * segment() > now_.window;
}

void cubic::on_ack(const ack_sample& sample) {
  smoothed_rtt_ = sample.smoothed_rtt;
  rtt_variation_ = sample.rtt_variation;
  round_peak_ = std::max(round_peak_, sample.prior_in_flight);
  // In recovery: no growth before a packet sent after the reduction is acknowledged (RFC 9002 section 7.3.2).
  const bool recovering = episode_ && sample.newest_sent_at <= episode_->began_at;
  if (!recovering) grow(sample);
  last_ack_at_ = sample.now;
  if (sample.round_start) {
    previous_peak_ = round_peak_;
    round_peak_ = sample.bytes_in_flight;
  }
}

void cubic::grow(const ack_sample& sample) {
  if (in_slow_start())
    grow_slow_start(sample);
  else if (window_limited())
    grow_avoidance(sample);
  else if (now_.epoch && last_ack_at_)
    *now_.epoch += sample.now - *last_ack_at_;  // RFC 9438 section 5.8
  now_.window = std::min(now_.window, static_cast<double>(limits_.window_bytes_max));
}

void cubic::grow_slow_start(const ack_sample& sample) {
  if (now_.threshold != no_threshold) {
    // HyStart++ is for the first slow start only (RFC 9406 section 4.3).
    if (window_limited()) now_.window = std::min(now_.window + static_cast<double>(sample.acked_bytes), now_.threshold);
    return;
  }
  const std::uint64_t growth = now_.slow_start.growth(sample.acked_bytes);
  now_.slow_start.on_ack(sample.largest_acked, sample.next_number, sample.latest_rtt);
  if (window_limited()) now_.window += static_cast<double>(growth);
  if (now_.slow_start.current() == hystart::phase::done) now_.threshold = now_.window;
}

void cubic::begin_epoch(time_point now) {
  now_.epoch = now;
  now_.window_reno = now_.window;
  // Without a reduction before it the stage begins at the plateau: K = 0 and W_max = cwnd
  // (RFC 9438 sections 4.8 and 4.10).
  now_.window_max = std::max(now_.window_max, now_.window);
  now_.inflection = std::cbrt((now_.window_max - now_.window) / segment() / scale);  // RFC 9438 figure 2
}

double cubic::curve(double elapsed) const {
  const double distance = elapsed - now_.inflection;
  return scale * distance * distance * distance * segment() + now_.window_max;  // RFC 9438 figure 1
}

void cubic::grow_avoidance(const ack_sample& sample) {
  if (!now_.epoch) begin_epoch(sample.now);
  const double elapsed = seconds{sample.now - *now_.epoch}.count();
  const auto acked = static_cast<double>(sample.acked_bytes);

  // RFC 9438 section 4.3: what Reno would have; alpha becomes 1 where the loss was.
  const double alpha = now_.window_reno >= now_.window_prior ? 1.0 : reno_growth;
  now_.window_reno += alpha * acked / now_.window * segment();
  if (curve(elapsed) < now_.window_reno) {
    now_.window = std::max(now_.window, now_.window_reno);
    return;
  }
  // RFC 9438 sections 4.4 and 4.5: towards where the curve is one round trip ahead.
  const double ahead = curve(elapsed + seconds{sample.smoothed_rtt}.count());
  const double target = std::clamp(ahead, now_.window, target_growth_max * now_.window);
  now_.window += (target - now_.window) / now_.window * acked;
}

void cubic::on_loss(const loss_sample& sample) {
  // One reduction per round trip: what left before the last one belongs to it (RFC 9002 section 7.3.1).
  if (episode_ && sample.newest_sent_at <= episode_->began_at)
    episode_->lost_packets += sample.lost_packets;
  else
    reduce(sample);
  if (sample.persistent) collapse();
}

void cubic::reduce(const loss_sample& sample) {
  episode_ = episode{.began_at = sample.now, .before = now_, .lost_packets = sample.lost_packets};
  // Fast convergence (RFC 9438 section 4.7): lost before the old maximum was reached, so
  // somebody else came; leave room.
  now_.window_max = now_.window < now_.window_max ? now_.window * (1.0 + beta) / 2.0 : now_.window;
  now_.window_prior = now_.window;
  // From cwnd, not from what is in flight: a window that is not filled does not grow here (RFC 9438 section 4.6).
  now_.window = std::max(now_.window * beta, minimum_window());
  now_.threshold = now_.window;
  now_.epoch.reset();
  now_.slow_start.on_congestion();
}

// RFC 9002 section 7.6.2; the next stage begins like the one after a timeout (RFC 9438 section 4.8).
void cubic::collapse() {
  now_.window = minimum_window();
  now_.window_max = 0;
  now_.epoch.reset();
}

// RFC 9438 section 4.9.2: when every packet of the reduction came after all, it is taken back.
void cubic::on_spurious_loss(const spurious_loss& sample) {
  if (!episode_ || sample.lost_at < episode_->began_at) return;
  if (++episode_->spurious_packets < episode_->lost_packets) return;
  if (now_.window < episode_->before.window) now_ = episode_->before;
  episode_.reset();
}

void cubic::on_path_change(time_point) { *this = cubic{limits_}; }

void cubic::on_datagram_size(std::uint64_t size) {
  limits_.datagram_bytes = size;
  now_.window = std::max(now_.window, minimum_window());
}

}  // namespace tern::proto

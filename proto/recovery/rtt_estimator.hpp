// Round-trip time from samples (RFC 9002 section 5). Whoever feeds it guarantees
// that a sample is unambiguous; packet numbers are never reused, so it is.
#pragma once

#include "proto/time.hpp"

#include <array>
#include <chrono>
#include <optional>

namespace tern::proto {

// The minimum over a sliding window, from three samples (Nichols' filter): the best,
// and the best seen since it, so that an expired minimum has a successor at once.
class windowed_minimum {
 public:
  explicit windowed_minimum(duration window) : window_(window) {}
  void on_sample(time_point now, duration value);
  std::optional<duration> get() const;
  void reset() { known_ = false; }

 private:
  struct sample {
    time_point at{};
    duration value{};
  };
  void restart(sample fresh);
  void expire(sample fresh);

  duration window_;
  bool known_ = false;
  std::array<sample, 3> best_{};
};

class rtt_estimator {
 public:
  static constexpr duration granularity = std::chrono::milliseconds{1};  // RFC 9002 section 6.1.2
  // A longer sample (a machine that slept for days) counts as this, so that sums and
  // multiples of round trips stay far from overflowing.
  static constexpr duration sample_max = std::chrono::hours{1};
  static constexpr duration initial_rtt = std::chrono::milliseconds{333};

  // `latest` > 0 from send to ACK; `ack_delay` is what the peer says it held the ACK
  // back, already clamped to its promised maximum.
  void on_sample(time_point now, duration latest, duration ack_delay);
  // A new path: all is unknown again.
  void reset() { *this = rtt_estimator{}; }

  bool has_sample() const { return has_sample_; }
  duration smoothed() const { return smoothed_; }
  duration variation() const { return variation_; }
  duration latest() const { return latest_; }
  // Over the last 10 s; the initial RTT before the first sample.
  duration minimum() const { return minimum_.get().value_or(initial_rtt); }
  // Probe timeout without back-off (RFC 9002 section 6.2.1).
  duration pto(duration max_ack_delay) const;

 private:
  duration smoothed_ = initial_rtt;
  duration variation_ = initial_rtt / 2;
  duration latest_ = initial_rtt;
  windowed_minimum minimum_{std::chrono::seconds{10}};
  bool has_sample_ = false;
};

}  // namespace tern::proto

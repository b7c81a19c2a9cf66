// CUBIC (RFC 9438) with HyStart++ (RFC 9406) for slow start, in the event model of
// RFC 9002: one reduction per round trip, persistent congestion instead of a
// retransmission timeout. Window arithmetic is in bytes; the curve in segments.
#pragma once

#include "proto/congestion/controller.hpp"
#include "proto/congestion/hystart.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tern::proto {

class cubic final : public congestion_controller {
 public:
  explicit cubic(const congestion_limits& limits = {});

  void on_sent(time_point now, std::uint64_t size, std::uint64_t bytes_in_flight) override;
  void on_ack(const ack_sample& sample) override;
  void on_loss(const loss_sample& sample) override;
  void on_spurious_loss(const spurious_loss& sample) override;
  void on_path_change(time_point now) override;
  void on_datagram_size(std::uint64_t size) override;

  std::uint64_t window() const override;
  std::uint64_t pacing_rate() const override;
  bool in_slow_start() const override;
  std::string_view name() const override { return "cubic"; }

  // Bytes; the largest value while no congestion was met.
  std::uint64_t slow_start_threshold() const;

 private:
  // All that a reduction changes, so that a spurious one can be undone (RFC 9438 section 4.9).
  struct state {
    double window = 0;                // cwnd, bytes
    double threshold = 0;             // ssthresh, bytes
    double window_max = 0;            // W_max, bytes
    double window_prior = 0;          // cwnd at the last reduction, bytes
    double window_reno = 0;           // W_est, bytes
    double inflection = 0;            // K, seconds
    std::optional<time_point> epoch;  // begin of the congestion avoidance stage
    hystart slow_start;
  };
  // One reduction and what became of the packets that caused it.
  struct episode {
    time_point began_at{};
    state before;
    std::uint64_t lost_packets = 0;
    std::uint64_t spurious_packets = 0;
  };

  void grow(const ack_sample& sample);
  void grow_slow_start(const ack_sample& sample);
  void grow_avoidance(const ack_sample& sample);
  void begin_epoch(time_point now);
  double curve(double seconds) const;
  void reduce(const loss_sample& sample);
  void collapse();
  void on_wake(time_point now);
  void halve_for_idle(double floor);
  bool window_limited() const;
  double segment() const { return static_cast<double>(limits_.datagram_bytes); }
  double minimum_window() const;
  double initial_window() const;

  congestion_limits limits_;
  state now_;
  std::optional<episode> episode_;
  duration smoothed_rtt_;
  duration rtt_variation_;
  std::optional<time_point> last_sent_at_;
  std::optional<time_point> last_ack_at_;
  std::uint64_t round_peak_ = 0;     // most bytes in flight in this round trip
  std::uint64_t previous_peak_ = 0;  // and in the one before
};

}  // namespace tern::proto

#include "proto/congestion/hystart.hpp"

#include <algorithm>

namespace tern::proto {
namespace {

// RFC 9406 section 4.3.
constexpr duration threshold_min = std::chrono::milliseconds{4};
constexpr duration threshold_max = std::chrono::milliseconds{16};
constexpr int threshold_divisor = 8;
constexpr std::uint32_t samples_needed = 8;
constexpr std::uint64_t conservative_divisor = 4;
constexpr std::uint32_t conservative_rounds = 5;

}  // namespace

std::uint64_t hystart::growth(std::uint64_t acked_bytes) const {
  switch (phase_) {
    case phase::slow_start:
      return acked_bytes;
    case phase::conservative:
      return acked_bytes / conservative_divisor;
    case phase::done:
      return 0;
  }
  return 0;
}

void hystart::on_ack(packet_number largest_acked, packet_number next_number, std::optional<duration> rtt) {
  if (phase_ == phase::done) return;
  if (!round_end_) begin_round(next_number);
  if (rtt) {
    round_min_ = round_min_ ? std::min(*round_min_, *rtt) : *rtt;
    ++samples_;
    judge();
  }
  if (largest_acked.next() < *round_end_) return;
  if (phase_ == phase::conservative && ++css_rounds_ >= conservative_rounds) phase_ = phase::done;
  begin_round(next_number);
}

void hystart::begin_round(packet_number next_number) {
  round_end_ = next_number;
  last_round_min_ = round_min_;
  round_min_.reset();
  samples_ = 0;
}

void hystart::judge() {
  if (samples_ < samples_needed) return;
  if (phase_ == phase::conservative) {
    // The rise was jitter: back to slow start.
    if (*round_min_ < baseline_min_) phase_ = phase::slow_start;
    return;
  }
  if (!last_round_min_) return;
  const duration rise = std::clamp(*last_round_min_ / threshold_divisor, threshold_min, threshold_max);
  if (*round_min_ < *last_round_min_ + rise) return;
  baseline_min_ = *round_min_;
  css_rounds_ = 0;
  phase_ = phase::conservative;
}

}  // namespace tern::proto

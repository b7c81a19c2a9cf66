#include "proto/recovery/loss_detector.hpp"

#include "proto/recovery/rtt_estimator.hpp"

#include <algorithm>

namespace tern::proto {
namespace {

constexpr std::uint32_t time_threshold_initial = 18;  // 9/8: RFC 9002 section 6.1.2
constexpr std::uint32_t time_threshold_max = 32;

}  // namespace

duration loss_detector::delay(duration smoothed, duration latest) const {
  // RFC 9002 section 6.1.2
  return std::max(std::max(smoothed, latest) * time_threshold_16ths_ / 16, rtt_estimator::granularity);
}

void loss_detector::on_spurious(std::uint64_t newer_acked, duration late, duration smoothed, duration latest) {
  quiet_rounds_ = 0;
  // So wide that this packet would not have been declared lost.
  packet_threshold_ = std::clamp(newer_acked + 1, packet_threshold_, packet_threshold_max);
  const duration round_trip = std::max({smoothed, latest, rtt_estimator::granularity});
  const auto needed = static_cast<std::uint64_t>(late * 16 / round_trip) + 1;
  time_threshold_16ths_ =
      static_cast<std::uint32_t>(std::clamp<std::uint64_t>(needed, time_threshold_16ths_, time_threshold_max));
}

void loss_detector::on_round() {
  if (++quiet_rounds_ < quiet_rounds_to_narrow) return;
  quiet_rounds_ = 0;
  packet_threshold_ = packet_threshold_initial + (packet_threshold_ - packet_threshold_initial) / 2;
  time_threshold_16ths_ = time_threshold_initial + (time_threshold_16ths_ - time_threshold_initial) / 2;
}

}  // namespace tern::proto

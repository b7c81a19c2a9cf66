// How long to wait for any acknowledgment before probing (RFC 9002 section 6.2), with
// a gentler back-off: x1.5, x1.5, then x2 each time, capped at 3 s. Small messages
// cannot wait for a doubling from the first loss on.
#pragma once

#include "proto/time.hpp"

#include <cstdint>

namespace tern::proto {

class pto_timer {
 public:
  static constexpr duration cap = std::chrono::seconds{3};

  // From the last ack-eliciting packet to the probe; `base` is rtt_estimator::pto.
  duration interval(duration base) const;
  void on_fired() { ++fired_; }
  void on_progress() { fired_ = 0; }
  // How often it fired since the last acknowledgment.
  std::uint32_t count() const { return fired_; }

 private:
  std::uint32_t fired_ = 0;
};

}  // namespace tern::proto

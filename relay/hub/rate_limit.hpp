// A rate with a burst, as one point in time: the generic cell rate algorithm (ITU-T
// I.371). Does not know what it counts. A rate of 0 means no limit.
#pragma once

#include "proto/time.hpp"

#include <algorithm>
#include <cstdint>

namespace tern::relay {

class rate_limit {
 public:
  // Precondition: rate <= 10^9 a second.
  rate_limit(std::uint64_t rate, std::uint64_t burst)
      : interval_(rate == 0 ? proto::duration{0}
                            : proto::duration{std::chrono::seconds{1}} / static_cast<std::int64_t>(rate)),
        tolerance_(interval_ * static_cast<std::int64_t>(burst)) {}

  // `count` in a day, all of them at once if need be. 0 means no limit.
  static rate_limit a_day(std::uint64_t count) {
    rate_limit made{0, 0};
    if (count == 0) return made;
    made.interval_ = proto::duration{std::chrono::hours{24}} / static_cast<std::int64_t>(count);
    made.tolerance_ = made.interval_ * static_cast<std::int64_t>(count);
    return made;
  }

  // How long until `cost` may be taken; zero: now. A cost above the burst waits for ever
  // and must be refused for its size before it comes here.
  proto::duration wait(std::uint64_t cost, proto::time_point now) const {
    const proto::time_point finished =
        std::max(theoretical_arrival_, now) + interval_ * static_cast<std::int64_t>(cost);
    return std::max(proto::duration{0}, finished - tolerance_ - now);
  }

  // Precondition: wait(cost, now) is zero.
  void take(std::uint64_t cost, proto::time_point now) {
    theoretical_arrival_ = std::max(theoretical_arrival_, now) + interval_ * static_cast<std::int64_t>(cost);
  }

  // From then on it is as good as new: forgetting it gives nothing away.
  proto::time_point idle_at() const { return theoretical_arrival_; }

 private:
  proto::duration interval_;
  proto::duration tolerance_;
  proto::time_point theoretical_arrival_{};
};

}  // namespace tern::relay

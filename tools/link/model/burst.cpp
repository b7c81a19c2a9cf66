#include "tools/link/model/burst.hpp"

#include <algorithm>

namespace tern::link_model {

// In the long run the share of bad packets is leave_good / (leave_good + leave_bad).
packet_burst_process::packet_burst_process(const packet_burst_loss& config, proto::random source)
    : source_{source},
      leave_good_{std::min(1.0, config.loss / (config.mean_packets * (1 - config.loss)))},
      leave_bad_{1 / config.mean_packets},
      bad_{source_.chance(config.loss)} {}

bool packet_burst_process::next_is_lost() {
  const bool lost = bad_;
  if (source_.chance(bad_ ? leave_bad_ : leave_good_)) bad_ = !bad_;
  return lost;
}

timed_burst_process::timed_burst_process(const timed_burst_loss& config, proto::random source, proto::time_point start)
    : source_{source},
      mean_bad_{static_cast<double>(config.mean_bad.count())},
      mean_good_{config.loss > 0 ? mean_bad_ * (1 - config.loss) / config.loss : 0} {
  // An exponential period has no memory: starting one anew is starting amid one.
  begin_period(start, source_.chance(config.loss));
}

bool timed_burst_process::bad_at(proto::time_point now) {
  if (mean_good_ <= 0) return false;
  while (change_at_ <= now) begin_period(change_at_, !bad_);
  return bad_;
}

void timed_burst_process::begin_period(proto::time_point at, bool bad) {
  bad_ = bad;
  const double length = source_.exponential(bad ? mean_bad_ : mean_good_);
  // At least one tick, so that the loop above ends.
  change_at_ = at + std::max(duration{1}, duration{static_cast<duration::rep>(length)});
}

}  // namespace tern::link_model

// How long the store takes: from an append being handed over until its result is back, of
// the last one to two minutes. Results come in the order of the appends, so nothing but the
// time of each has to be kept. As many wait at most as the hub has on their way.
#pragma once

#include "proto/time.hpp"
#include "relay/control/relay_stats.hpp"
#include "relay/server/latency_histogram.hpp"

#include <deque>
#include <optional>

namespace tern::relay {

class commit_latency {
 public:
  void on_handed_over(proto::time_point now) { waiting_.push_back(now); }
  void on_result(proto::time_point now);
  // Nothing where there were no commits in that time.
  std::optional<latency_summary> summary(proto::time_point now);

 private:
  void turn_page(proto::time_point now);

  std::deque<proto::time_point> waiting_;
  latency_histogram current_;
  latency_histogram previous_;
  std::optional<proto::time_point> current_since_;
};

}  // namespace tern::relay

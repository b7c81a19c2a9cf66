// How long appends took on their way through the store (commit_watch measures each), of the
// last one to two minutes.
#pragma once

#include "proto/time.hpp"
#include "relay/control/relay_stats.hpp"
#include "relay/server/latency_histogram.hpp"

#include <optional>

namespace tern::relay {

class commit_latency {
 public:
  void add(proto::duration took, proto::time_point now);
  // Nothing where there were no commits in that time.
  std::optional<latency_summary> summary(proto::time_point now);

 private:
  void turn_page(proto::time_point now);

  latency_histogram current_;
  latency_histogram previous_;
  std::optional<proto::time_point> current_since_;
};

}  // namespace tern::relay

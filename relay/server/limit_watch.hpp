// Says in the log that a limit was hit: at most one line a second for each, with how
// often since the last one.
#pragma once

#include "proto/endpoint/counters.hpp"
#include "proto/time.hpp"
#include "relay/control/relay_stats.hpp"
#include "relay/hub/limits.hpp"
#include "relay/server/event_log.hpp"
#include "relay/text/limits.hpp"
#include "udp/driver_counters.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace tern::relay {

class limit_watch {
 public:
  explicit limit_watch(event_log& log) : log_(log) {}

  // Once a second.
  bool is_due(proto::time_point now) const { return !next_look_ || now >= *next_look_; }
  void look(proto::time_point now, const hub_counters& hub, const proto::endpoint_counters& endpoint,
            const udp::driver_counters& sockets, const text_counters& text);

 private:
  void tell(std::string_view limit, std::uint64_t hits);

  event_log& log_;
  std::vector<limit_hits> before_;
  std::optional<proto::time_point> next_look_;
};

}  // namespace tern::relay

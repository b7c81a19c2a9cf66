// Every counter of a running relay by its name, once: what the log, `stats` and /metrics tell
// of them is taken from here, so that none can be missing in one of them.
#pragma once

#include "proto/endpoint/counters.hpp"
#include "relay/control/relay_stats.hpp"
#include "relay/hub/limits.hpp"
#include "relay/text/limits.hpp"
#include "udp/driver_counters.hpp"

#include <vector>

namespace tern::relay {

// What the shard itself counts.
struct shard_counters {
  std::uint64_t invites_used_up = 0;  // connections closed: as many as may have come by their invite
};

struct relay_counters {
  const hub_counters& hub;
  const proto::endpoint_counters& endpoint;
  udp::driver_counters sockets;
  const text_counters& text;
  const shard_counters& shard;
};

enum class counter_kind {
  limit,  // a limit was hit: the log has a line, too
  event,  // happens all the time
  own,    // has a number of its own in `stats` or a metric of its own
};

// Always the same ones in the same order. Names live as long as the program.
std::vector<named_count> counts_of(counter_kind kind, const relay_counters& counters);

}  // namespace tern::relay

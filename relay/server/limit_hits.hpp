// Every limit of the relay by its name, with how often it was hit.
#pragma once

#include "proto/endpoint/counters.hpp"
#include "relay/control/relay_stats.hpp"
#include "relay/hub/limits.hpp"
#include "relay/text/limits.hpp"
#include "udp/driver_counters.hpp"

#include <vector>

namespace tern::relay {

// Always the same ones in the same order. Names live as long as the program.
std::vector<limit_hits> hits_of(const hub_counters& hub, const proto::endpoint_counters& endpoint,
                                const udp::driver_counters& sockets, const text_counters& text);

}  // namespace tern::relay

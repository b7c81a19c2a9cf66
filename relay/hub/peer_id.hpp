// How the hub names connections and their lanes.
#pragma once

#include "proto/lane.hpp"
#include "proto/numbers.hpp"

#include <compare>

namespace tern::relay {

// One connection of one client, for as long as it lives; never used again. The driver
// hands in what it calls the connection.
using peer_id = proto::number<struct peer_id_tag>;

// Where one destination of one client is answered.
struct lane_of_peer {
  peer_id peer;
  proto::lane_id lane;
  auto operator<=>(const lane_of_peer&) const = default;
};

}  // namespace tern::relay

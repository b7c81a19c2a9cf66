// Early data: what a connection says before it has proved that it is not a replay
// (protocol.md, section 3). Only messages to durable rooms or persons may be taken,
// and only from a client whose clock is near ours: their idempotency keys make a
// replay harmless for as long as those are kept. A pure judgement; changes nothing.
#pragma once

#include "proto/bytes.hpp"
#include "proto/lane.hpp"
#include "proto/time.hpp"

#include <span>

namespace tern::relay {

struct early_message {
  proto::lane_id lane;
  proto::bytes message;
};

// Whether all of them may be acted on; else none is, and the client sends them again.
bool may_take_early(std::span<const early_message> messages, proto::wall_time now);

}  // namespace tern::relay

// What a room is, and what its people may do there, as it is stored (relay.md, section 2).
// What it means, the hub decides.
#pragma once

#include "proto/bytes.hpp"
#include "proto/chat/room_kind.hpp"
#include "proto/time.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace tern::relay {

using proto::chat::room_kind;
using proto::chat::room_role;

// One person's place in one log. What is all default is nothing to be kept.
struct right {
  room_role role = room_role::none;
  proto::wall_time banned_until{};
  proto::wall_time muted_until{};
  bool operator==(const right&) const = default;
};

struct right_record {
  proto::byte_array<32> key{};
  right has{};
  bool operator==(const right_record&) const = default;
};

// Of one log; what is not among the rights is default.
struct room_rules {
  room_kind kind = room_kind::open;
  std::string topic{};
  std::vector<right_record> rights{};
  bool live = false;  // nothing that is said there comes to the store
  bool operator==(const room_rules&) const = default;
};

}  // namespace tern::relay

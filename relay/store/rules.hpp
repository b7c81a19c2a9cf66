// What a room is, and what its people may do there, as it is stored (relay.md, section 2).
// What it means, the hub decides.
#pragma once

#include "proto/bytes.hpp"
#include "proto/time.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace tern::relay {

enum class room_kind : std::uint8_t {
  open = 0,
  invite_only = 1,  // members read and speak; for others it is not there
  moderated = 2,    // members speak, everyone reads
};

enum class room_role : std::uint8_t { none = 0, member = 1, moderator = 2, owner = 3 };

// Longer than any ban: for good.
inline constexpr proto::wall_time end_of_time{std::chrono::hours{24 * 366 * 1'000}};

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
  bool operator==(const room_rules&) const = default;
};

}  // namespace tern::relay

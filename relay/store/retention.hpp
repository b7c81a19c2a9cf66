// What a log may hold and what may go when it is full (relay.md, sections 3 and 5).
// Rules only: a store has the rows.
#pragma once

#include "proto/time.hpp"

#include <chrono>
#include <cstdint>

namespace tern::relay {

struct retention {
  std::uint64_t rows_max = 100'000;
  std::uint64_t bytes_max = std::uint64_t{256} * 1024 * 1024;  // of bodies
  // Of those, what one sender has in somebody's inbox.
  std::uint64_t pair_rows_max = 1'000;
  std::uint64_t pair_bytes_max = std::uint64_t{16} * 1024 * 1024;
  std::chrono::milliseconds age_max = std::chrono::hours{24} * 90;
  // What is younger is not dropped to make room: the log is full instead.
  std::chrono::milliseconds protected_age = std::chrono::hours{24};

  bool has_room(std::uint64_t rows, std::uint64_t bytes, std::uint64_t body_size) const {
    return rows < rows_max && bytes + body_size <= bytes_max;
  }
  bool has_pair_room(std::uint64_t rows, std::uint64_t bytes, std::uint64_t body_size) const {
    return rows < pair_rows_max && bytes + body_size <= pair_bytes_max;
  }
  // What was committed before may go to make room.
  proto::wall_time protected_since(proto::wall_time now) const { return now - protected_age; }
  bool may_make_room(proto::wall_time committed, proto::wall_time now) const {
    return committed < protected_since(now);
  }
  bool is_expired(proto::wall_time committed, proto::wall_time now) const { return now - committed > age_max; }
};

}  // namespace tern::relay

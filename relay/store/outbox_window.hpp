// Which counters of an outbox can be decided: those from the floor (everything below
// has been decided and forgotten) up to the end of the window of kept results.
#pragma once

#include "proto/time.hpp"

#include <chrono>
#include <cstdint>

namespace tern::relay {

inline constexpr std::uint64_t outbox_window = 1'024;
inline constexpr std::uint64_t outbox_counter_max = (std::uint64_t{1} << 62U) - 1;  // what SAY can carry
inline constexpr std::chrono::milliseconds outbox_life = std::chrono::hours{24} * 90;
// The time of last use is kept to this precision, so that most commits leave it alone.
inline constexpr std::chrono::milliseconds outbox_use_precision = std::chrono::hours{1};

inline bool is_decidable(std::uint64_t counter, std::uint64_t floor) {
  return counter >= floor && counter - floor < outbox_window && counter <= outbox_counter_max;
}

inline bool is_expired_outbox(proto::wall_time last_use, proto::wall_time now) { return now - last_use > outbox_life; }

}  // namespace tern::relay

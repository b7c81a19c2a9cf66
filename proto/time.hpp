// Time as an argument. Nothing in proto/ reads a clock: every entry point takes
// `now`, and `now` never goes backwards between two calls on the same object.
#pragma once

#include <chrono>
#include <cstdint>

namespace tern::proto {

using duration = std::chrono::nanoseconds;

// The time line that drivers and simulators share. It has no now(): whoever owns
// a clock (udp/driver, tests/sim) maps it onto this line. The origin is arbitrary.
struct timeline {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<timeline, duration>;
  static constexpr bool is_steady = true;
};

using time_point = timeline::time_point;

// Milliseconds since the Unix epoch, as carried in messages (client time, commit time).
using wall_time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

}  // namespace tern::proto

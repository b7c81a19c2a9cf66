// Bad TCP connections drawn from a seed, and a line that says what was drawn.
#pragma once

#include "proto/random.hpp"
#include "tests/sim/stream_pipe.hpp"

#include <string>

namespace tern::sim {

// TCP at its worst: slow, cut into single octets, with pauses of many round trips.
inline pipe_conditions draw_bad_pipe(proto::random& source) {
  pipe_conditions pipe;
  pipe.delay = std::chrono::milliseconds{static_cast<std::int64_t>(source.between(1, 150))};
  if (source.chance(0.5)) pipe.bytes_per_second = source.between(60'000, 2'000'000);
  if (source.chance(0.3)) pipe.segment_bytes_max = source.between(1, 200);
  pipe.ragged = source.chance(0.5);
  if (source.chance(0.5)) pipe.buffer_bytes = source.between(2'000, 100'000);
  if (source.chance(0.5) && pipe.segment_bytes_max > 200) {
    pipe.pause_probability = source.uniform() * 0.05;
    pipe.pause = std::chrono::milliseconds{static_cast<std::int64_t>(source.between(50, 800))};
  }
  return pipe;
}

inline std::string describe(const pipe_conditions& pipe) {
  return std::to_string(pipe.delay / std::chrono::milliseconds{1}) + " ms, " + std::to_string(pipe.bytes_per_second) +
         " B/s, segments of " + std::to_string(pipe.segment_bytes_max) + (pipe.ragged ? " (ragged)" : "") +
         ", buffer " + std::to_string(pipe.buffer_bytes) + ", pauses " +
         std::to_string(pipe.pause / std::chrono::milliseconds{1}) + " ms at " + std::to_string(pipe.pause_probability);
}

}  // namespace tern::sim

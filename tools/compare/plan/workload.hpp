// The messages that every mode has to carry: the same ones at the same times.
#pragma once

#include "proto/time.hpp"

#include <cstddef>
#include <cstdint>

namespace tern::compare {

using proto::duration;

// Room for its number, which the receiver reads.
inline constexpr std::size_t message_bytes_min = 8;
// tern sends an unreliable message in 16 fragments at most.
inline constexpr std::size_t message_bytes_max = 16'000;
inline constexpr std::uint64_t messages_max = 1'000'000;
inline constexpr std::uint32_t lanes_max = 256;

struct workload {
  std::size_t message_bytes = 100;
  // Open loop: message i is due at i * interval after the start, whatever became of those before.
  std::uint64_t messages = 300;
  duration interval = std::chrono::milliseconds{10};
  // Above zero: instead of that, messages follow each other for so long as fast as the mode
  // takes them. Each is then due when it is taken.
  duration saturating{};
  // Message i goes by lane (or TCP connection) i % lanes.
  std::uint32_t lanes = 1;
  // What has not come by then, after the last one was due, is late.
  duration limit = std::chrono::seconds{120};

  bool is_saturating() const { return saturating > duration{}; }
  duration due(std::uint64_t message) const { return static_cast<std::int64_t>(message) * interval; }
  duration length() const { return is_saturating() ? saturating : due(messages - 1); }
  std::uint64_t capacity() const { return is_saturating() ? messages_max : messages; }
};

}  // namespace tern::compare

// What a connection tells about itself (protocol.md, 10). Plain counters; reading
// them never changes anything.
#pragma once

#include "proto/address.hpp"
#include "proto/time.hpp"

#include <cstdint>

namespace tern::proto {

struct connection_statistics {
  duration rtt_min{};
  duration rtt_smoothed{};
  duration rtt_latest{};
  duration rtt_variation{};
  bool rtt_sampled = false;

  std::uint64_t packets_sent = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t bytes_sent = 0;  // UDP payload bytes
  std::uint64_t bytes_received = 0;
  std::uint64_t packets_lost = 0;  // declared lost, spurious ones included
  std::uint64_t packets_spuriously_lost = 0;
  std::uint64_t packets_reordered = 0;
  std::uint64_t probes_sent = 0;
  std::uint64_t bytes_retransmitted = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;

  // Dropped without any other effect.
  std::uint64_t packets_forged = 0;       // did not authenticate
  std::uint64_t packets_replayed = 0;     // authenticated number seen before, or too old
  std::uint64_t packets_over_budget = 0;  // refused because reassembly memory was full

  std::uint64_t congestion_window = 0;  // bytes
  std::uint64_t bytes_in_flight = 0;
  std::uint64_t pacing_rate = 0;  // bytes a second
  std::uint32_t datagram_bytes_max = 0;
  path current_path;
};

}  // namespace tern::proto

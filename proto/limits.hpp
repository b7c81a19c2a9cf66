// The named maxima of the protocol core (protocol.md, 4 and 8; relay.md, 5). What is
// part of the wire format is a constant; what an owner may set is a member.
#pragma once

#include "proto/time.hpp"

#include <cstddef>
#include <cstdint>

namespace tern::proto {

struct limits {
  // No datagram of ours is longer, whatever the path allows.
  static constexpr std::size_t datagram_bytes_max = 1472;
  // A packet of ours on a stream, and the buffer that its driver offers. What is urgent
  // waits for the packet that is being written, so packets are short.
  static constexpr std::size_t stream_packet_bytes = 4096;
  static constexpr std::size_t stream_buffer_bytes_min = 2 * stream_packet_bytes;
  // A packet that has begun to arrive on a stream is there by then, or the stream is over.
  static constexpr duration stream_packet_time_max = std::chrono::seconds{15};
  // 256 KiB of somebody's bytes, and room for what a layer above wraps them in.
  static constexpr std::uint64_t message_bytes_max_default = (256U << 10U) + 128U;
  // What a reliable message is charged beyond its bytes, so that empty ones cost something.
  static constexpr std::uint64_t message_charge_overhead = 64;
  // Credit of a client until the relay's PARAMS arrive: for early data. Every relay grants at least this.
  static constexpr std::uint64_t early_credit_bytes = 4096;
  static constexpr std::size_t unreliable_fragments_max = 16;
  // Message numbers in use at most so far above the oldest one missing.
  static constexpr std::uint64_t message_numbers_ahead_max = 65'536;

  std::uint32_t datagram_bytes_base = 1200;
  duration max_ack_delay = std::chrono::milliseconds{5};
  std::uint64_t message_bytes_max = message_bytes_max_default;

  std::uint64_t credit_window_bytes_initial = 512U << 10U;
  std::uint64_t credit_window_bytes_max = 4U << 20U;

  // Incomplete messages, charged as bytes arrive.
  std::uint64_t reassembly_bytes_connection_max = 512U << 10U;
  std::uint64_t reassembly_bytes_prefix_max = 8U << 20U;
  std::uint64_t reassembly_bytes_total_max = 64U << 20U;
  // An incomplete unreliable message is given up after this long.
  duration reassembly_life = std::chrono::seconds{5};

  // Off only to show what they are for: cutting long messages, and keeping to the peer's credit.
  bool fragmentation = true;
  bool enforce_credit = true;

  std::size_t lanes_max = 1024;              // open lanes of one connection and direction
  std::size_t queued_messages_max = 65'536;  // waiting or unacknowledged, one lane
  // Delivered messages of unreliable lanes that wait to be taken; the oldest go.
  std::size_t unreliable_queue_max = 1024;
};

}  // namespace tern::proto

// What became of the packets of one direction. At every moment
//   offered + duplicated == delivered + dropped() + held,
// where `held` is what the link reports as waiting or under way.
#pragma once

#include <cstdint>

namespace tern::link_model {

struct counters {
  std::uint64_t offered = 0;
  std::uint64_t offered_bytes = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t delivered = 0;
  std::uint64_t delivered_bytes = 0;

  std::uint64_t lost = 0;        // independent loss
  std::uint64_t burst_lost = 0;  // either kind of burst
  std::uint64_t queue_dropped = 0;
  std::uint64_t mtu_dropped = 0;
  std::uint64_t blacked_out = 0;
  std::uint64_t udp_blocked = 0;
  std::uint64_t overflowed = 0;  // held_bytes_max

  std::uint64_t corrupted = 0;
  std::uint64_t reordered = 0;  // held back on purpose
  std::uint64_t overtaken = 0;  // came out behind a packet that had departed later, for whatever reason

  std::uint64_t dropped() const {
    return lost + burst_lost + queue_dropped + mtu_dropped + blacked_out + udp_blocked + overflowed;
  }
};

}  // namespace tern::link_model

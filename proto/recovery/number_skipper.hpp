// Decides when packet numbers are left out, and how many, so that a peer that
// acknowledges what it has not received is found out (protocol.md section 2;
// RFC 9000 section 21.4).
#pragma once

#include "proto/entropy.hpp"

#include <cstdint>

namespace tern::proto {

class number_skipper {
 public:
  static constexpr std::uint64_t distance_max = 256;
  static constexpr std::uint64_t gap_min = 64;  // packets between two skips
  static constexpr std::uint64_t gap_max = 1087;

  explicit number_skipper(entropy& source);
  // Call once before each packet: how many numbers to leave out, 0 nearly always.
  std::uint64_t before_packet(entropy& source);

 private:
  std::uint64_t packets_left_;
};

}  // namespace tern::proto

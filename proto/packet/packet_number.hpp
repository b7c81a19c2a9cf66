// Packet numbers are 64 bits wide everywhere but on the wire, where a DATA packet carries the low 32 (WIRE.md,
// "Packet numbers"). Only these two functions know of that.
#pragma once

#include "proto/numbers.hpp"

namespace tern::proto {

constexpr std::uint32_t truncate_packet_number(packet_number packet) {
  return static_cast<std::uint32_t>(packet.value & 0xffff'ffffU);
}

// The number nearest to `expected` (the largest authenticated so far, plus 1) whose low 32 bits are `truncated`.
// RFC 9000 appendix A.3 with a window of 2^32.
constexpr packet_number expand_packet_number(packet_number expected, std::uint32_t truncated) {
  constexpr std::uint64_t window = std::uint64_t{1} << 32;
  constexpr std::uint64_t half = window / 2;
  constexpr std::uint64_t numbers_end = std::uint64_t{1} << 62;
  const std::uint64_t candidate = (expected.value & ~(window - 1)) | truncated;
  if (candidate + half <= expected.value && candidate < numbers_end - window) return packet_number{candidate + window};
  if (candidate > expected.value + half && candidate >= window) return packet_number{candidate - window};
  return packet_number{candidate};
}

}  // namespace tern::proto

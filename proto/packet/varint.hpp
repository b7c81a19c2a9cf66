// Variable-length integers, RFC 9000 section 16: the two high bits of the first octet say how many octets there
// are. TERN/1 is stricter than QUIC: every value has exactly one encoding, the shortest.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tern::proto {

inline constexpr std::uint64_t varint_max = (std::uint64_t{1} << 62) - 1;
inline constexpr std::size_t varint_bytes_max = 8;

// Octets that `value` takes: 1, 2, 4 or 8. Precondition: value <= varint_max.
constexpr std::size_t varint_size(std::uint64_t value) {
  if (value < (std::uint64_t{1} << 6)) return 1;
  if (value < (std::uint64_t{1} << 14)) return 2;
  if (value < (std::uint64_t{1} << 30)) return 4;
  return 8;
}

}  // namespace tern::proto

// The 96-bit nonce of ChaCha20-Poly1305: 32 zero bits, then the counter in little
// endian (Noise revision 34, section 12.3; WIRE.md, "Data packets").
#pragma once

#include "proto/bytes.hpp"

#include <cstdint>

namespace tern::proto {

constexpr byte_array<12> chacha_nonce(std::uint64_t counter) {
  byte_array<12> nonce{};
  for (std::size_t i = 4; i < nonce.size(); ++i) {
    nonce[i] = static_cast<std::uint8_t>(counter & 0xffU);
    counter >>= 8U;
  }
  return nonce;
}

}  // namespace tern::proto

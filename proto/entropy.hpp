// What an attacker must not predict comes from here: connection ids, keys,
// challenges, skip distances, token secrets. The driver injects the system's
// generator; simulations inject a seeded one.
#pragma once

#include "proto/bytes.hpp"

namespace tern::proto {

class entropy {
 public:
  virtual ~entropy() = default;
  virtual void fill(mutable_byte_view out) = 0;

  template <std::size_t Size>
  byte_array<Size> draw() {
    byte_array<Size> out;
    fill(out);
    return out;
  }
  std::uint64_t draw_u64() {
    std::uint64_t value = 0;
    for (const std::uint8_t octet : draw<8>()) value = value << 8U | octet;
    return value;
  }
};

}  // namespace tern::proto

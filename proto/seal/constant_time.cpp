#include "proto/seal/constant_time.hpp"

#include <sodium.h>

namespace tern::proto {

bool equal_in_constant_time(byte_view a, byte_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(mutable_byte_view secret) {
  if (!secret.empty()) sodium_memzero(secret.data(), secret.size());
}

}  // namespace tern::proto

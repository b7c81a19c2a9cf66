#include "proto/seal/derived_key.hpp"

#include <sodium.h>

namespace tern::proto {

secret<32> derive_key(const secret<32>& from, std::string_view label, byte_view context) {
  constexpr std::uint8_t separator = 0;
  crypto_generichash_state state;
  secret<32> derived;
  crypto_generichash_init(&state, from.data(), secret<32>::size, secret<32>::size);
  crypto_generichash_update(&state, as_bytes(label).data(), label.size());
  crypto_generichash_update(&state, &separator, 1);
  crypto_generichash_update(&state, context.data(), context.size());
  crypto_generichash_final(&state, derived.mutable_view().data(), secret<32>::size);
  wipe({reinterpret_cast<std::uint8_t*>(&state), sizeof state});
  return derived;
}

}  // namespace tern::proto

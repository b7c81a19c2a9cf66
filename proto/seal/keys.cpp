#include "proto/seal/keys.hpp"

#include <sodium.h>

namespace tern::proto {

x25519_keypair::x25519_keypair(secret_key own_secret) : secret_(std::move(own_secret)) {
  crypto_scalarmult_base(public_.octets.data(), secret_.data());
}

std::optional<secret_key> x25519(const secret_key& own, const public_key& peer) {
  secret_key shared;
  // libsodium compares the result with zero in constant time and fails then.
  if (crypto_scalarmult(shared.mutable_view().data(), own.data(), peer.octets.data()) != 0) return std::nullopt;
  return shared;
}

}  // namespace tern::proto

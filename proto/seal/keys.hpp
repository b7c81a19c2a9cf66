// X25519 (RFC 7748): the relay's long-lived key and the ephemeral ones of a
// handshake. Clients are known by another kind of key, see identity.hpp.
#pragma once

#include "proto/bytes.hpp"
#include "proto/seal/secret.hpp"

#include <compare>
#include <optional>

namespace tern::proto {

// An X25519 public key. A relay's is what its address carries after '#'.
struct public_key {
  byte_array<32> octets{};
  constexpr auto operator<=>(const public_key&) const = default;
};

class x25519_keypair {
 public:
  // Any 32 bytes are a secret key; derives the public one (about 31 us).
  explicit x25519_keypair(secret_key own_secret);
  static x25519_keypair draw(entropy& source) { return x25519_keypair{secret_key::draw(source)}; }

  x25519_keypair clone() const { return {secret_.clone(), public_}; }

  const public_key& public_part() const { return public_; }
  const secret_key& secret_part() const { return secret_; }

 private:
  x25519_keypair(secret_key own_secret, const public_key& own_public)
      : secret_(std::move(own_secret)), public_(own_public) {}

  secret_key secret_;
  public_key public_;
};

// The shared secret, or nothing where the peer's key has low order and the result
// would be all zero (RFC 7748 section 6.1).
std::optional<secret_key> x25519(const secret_key& own, const public_key& peer);

}  // namespace tern::proto

// Who a client is: an Ed25519 key (RFC 8032). It proves itself by signing a label and
// the hash of the handshake it is in (AUTH), so a signature is good for that one
// handshake with that one relay and for nothing else.
#pragma once

#include "proto/bytes.hpp"
#include "proto/seal/secret.hpp"

#include <compare>

namespace tern::proto {

struct identity_key {
  byte_array<32> octets{};
  constexpr auto operator<=>(const identity_key&) const = default;
};

enum class auth_label : std::uint8_t {
  early,      // "TERN1-auth-early", with noise_nk::hash_before_payload_1()
  handshake,  // "TERN1-auth", with noise_nk::handshake_hash()
};

class identity {
 public:
  // The seed is what is stored; everything else follows from it.
  explicit identity(const secret_key& seed);
  static identity draw(entropy& source) { return identity{secret_key::draw(source)}; }

  const identity_key& public_key() const { return public_; }
  byte_array<64> sign_auth(auth_label label, const byte_array<32>& hash) const;

 private:
  identity_key public_;
  secret<64> signing_key_;
};

// False also for keys of low order and for signatures that are not in canonical form.
[[nodiscard]] bool verify_auth(const identity_key& key, auth_label label, const byte_array<32>& hash,
                               const byte_array<64>& signature);

}  // namespace tern::proto

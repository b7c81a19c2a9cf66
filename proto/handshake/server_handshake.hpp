// The relay's half of the handshake: opens message 1 of an INITIAL, seals message 2
// for REPLY. One round trip, so there is no state between packets but this object.
#pragma once

#include "proto/bytes.hpp"
#include "proto/entropy.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/header.hpp"
#include "proto/seal/invite.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/noise.hpp"
#include "proto/seal/seal_error.hpp"

#include <optional>
#include <tl/expected.hpp>

namespace tern::proto {

class server_handshake {
 public:
  // Two scalar multiplications; an INITIAL that was not made for this key fails. `holder`: whose
  // invite it shows, with nkpsk0; used during the call only.
  static tl::expected<server_handshake, seal_error> open(const x25519_keypair& relay_key, transport carrier,
                                                         const initial_header& initial, const invite* holder,
                                                         entropy& source);

  const connection_id& client_id() const { return client_id_; }
  byte_view payload() const { return payload_; }
  // What a client's AUTH in payload 1 signs.
  const byte_array<32>& early_hash() const { return early_hash_; }

  std::optional<invite_id> invited_by() const { return invited_by_; }
  // The key that REPLY announces, where the one that was used is to be replaced.
  const std::optional<public_key>& successor() const { return successor_; }
  void announce(const public_key& next) { successor_ = next; }

  // Bytes of REPLY beyond its payload.
  static std::size_t reply_overhead();
  // The whole REPLY.
  bytes seal_reply(byte_view payload);
  // After seal_reply().
  noise_nk::transport_keys keys() const { return noise_.split(); }
  const byte_array<32>& handshake_hash() const { return noise_.handshake_hash(); }

 private:
  server_handshake(const connection_id& client_id, noise_nk noise, bytes payload, const byte_array<32>& early_hash);

  connection_id client_id_;
  noise_nk noise_;
  bytes payload_;
  byte_array<32> early_hash_;
  std::optional<invite_id> invited_by_;
  std::optional<public_key> successor_;
};

}  // namespace tern::proto

// What lets its holder into a private relay (protocol.md, 3): an id, and a secret that the
// relay knows too. The secret makes two keys: one for the MAC that stands in INITIAL, which
// the relay checks before anything else, and Noise's pre-shared key.
#pragma once

#include "proto/bytes.hpp"
#include "proto/seal/secret.hpp"

#include <compare>

namespace tern::proto {

struct initial_header;  // proto/packet/header.hpp

struct invite_id {
  byte_array<8> octets{};
  constexpr auto operator<=>(const invite_id&) const = default;
};

class invite {
 public:
  invite(const invite_id& id, secret<32> shared);

  const invite_id& id() const { return id_; }
  const secret<32>& shared() const { return shared_; }
  const secret_key& psk() const { return psk_; }
  // Over all of INITIAL but the MAC itself; `initial.invite_mac` is not looked at.
  byte_array<16> mac_of(const initial_header& initial) const;

 private:
  invite_id id_;
  secret<32> shared_;
  secret_key psk_;
  secret<32> mac_key_;
};

}  // namespace tern::proto

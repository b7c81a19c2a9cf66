// Connection ids that a relay knows for its own long after it has forgotten the connection:
//
//   shard u8 | random(4) | tag(3)
//
// The tag is a MAC of the rest under a key from the relay's stored secret. To each id belongs
// a reset token, another MAC: told to the client in REPLY, and shown to it when the relay has
// no connection of that id any more. Whoever guesses tags finds one in 2^24, and gets for it
// a packet that is of no use to anybody.
#pragma once

#include "proto/bytes.hpp"
#include "proto/entropy.hpp"
#include "proto/numbers.hpp"
#include "proto/seal/secret.hpp"

namespace tern::proto {

class issued_ids {
 public:
  using reset_token = byte_array<16>;

  // `shard`: which of the relay's threads owns the connections. It answers for its own only.
  issued_ids(const secret<32>& stored, std::uint8_t shard);

  connection_id draw(entropy& source) const;
  // This shard issued it, today or before.
  bool is_ours(const connection_id& id) const;
  reset_token reset_token_of(const connection_id& id) const;

 private:
  using tag = byte_array<3>;
  tag tag_of(const connection_id& id) const;

  std::uint8_t shard_;
  secret<32> id_key_;
  secret<32> reset_key_;
};

}  // namespace tern::proto

// Tokens by which a client shows that it receives at its address, without any state
// kept for it: version, time of issue, and a MAC over both and over address and port.
// The secret rotates; tokens of the previous one stay good until they expire.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/seal/secret.hpp"
#include "proto/time.hpp"

namespace tern::proto {

class retry_tokens {
 public:
  static constexpr std::size_t token_size = 1 + 8 + 16;
  static constexpr duration token_life = std::chrono::seconds{15};
  static constexpr duration secret_life = std::chrono::minutes{2};
  using token = byte_array<token_size>;

  retry_tokens(time_point now, secret<32> first);

  // When rotate() is due. Being late is harmless: the secret only lives longer.
  time_point rotation_due() const { return secret_since_ + secret_life; }
  // `fresh` comes from the entropy source.
  void rotate(time_point now, secret<32> fresh);

  token make(time_point now, const address& client) const;
  // Any bytes may be given. A token that is too old, from the future, for another
  // address or port, or not ours is false: it counts as no token.
  [[nodiscard]] bool verify(time_point now, const address& client, byte_view candidate) const;

 private:
  time_point secret_since_;
  secret<32> current_;
  secret<32> previous_;
  bool has_previous_ = false;
};

}  // namespace tern::proto

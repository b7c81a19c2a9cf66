// Tokens by which a client shows that it shook hands with this relay, from this IP address,
// within the last day: version, minute of issue, and a MAC over both and over the address.
// They outlive the relay's process, since the keys, one for each day, come from its stored
// secret. They do not show that the client receives at its address now.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"
#include "proto/seal/secret.hpp"
#include "proto/time.hpp"

#include <cstdint>

namespace tern::proto {

class daily_tokens {
 public:
  static constexpr std::size_t token_size = 1 + 4 + 16;
  static constexpr std::chrono::hours token_life{24};
  using token = byte_array<token_size>;

  // `wall_ahead`: what a time_point of this process lacks to the time since 1970.
  daily_tokens(const secret<32>& stored, duration wall_ahead);

  token make(time_point now, const address& client) const;
  // Any bytes may be given. What is older than a day, from the future, of another address or
  // not ours is false: it counts as no token.
  [[nodiscard]] bool verify(time_point now, const address& client, byte_view candidate) const;

 private:
  using mac = byte_array<16>;
  std::uint32_t minute_of(time_point when) const;
  mac mac_of(std::uint32_t minute, byte_view signed_part, const address& client) const;

  secret<32> base_;
  duration wall_ahead_;
};

}  // namespace tern::proto

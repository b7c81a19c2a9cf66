// The client's half of Noise for one carrier: makes INITIAL, opens REPLY. Knows no time,
// no repetition and no frames.
#pragma once

#include "proto/bytes.hpp"
#include "proto/entropy.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/header.hpp"
#include "proto/seal/invite.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/noise.hpp"
#include "proto/seal/seal_error.hpp"

#include <memory>
#include <optional>
#include <tl/expected.hpp>
#include <utility>

namespace tern::proto {

class client_noise {
 public:
  // With an invite, NKpsk0; else NK.
  client_noise(transport carrier, const connection_id& self, std::shared_ptr<const invite> invited)
      : carrier_(carrier), self_(self), invited_(std::move(invited)) {}

  // Begins an INITIAL with a fresh ephemeral key. Returns the hash that AUTH signs.
  const byte_array<32>& begin(const public_key& relay, byte_view token, entropy& source);
  // What INITIAL has beyond payload 1.
  std::size_t overhead(byte_view token) const;
  // The whole INITIAL. Precondition: begin() with this token.
  bytes finish(byte_view token, byte_view payload);
  // Opens the Noise message of REPLY. A failure changes nothing.
  tl::expected<bytes, seal_error> open(const reply_header& reply);
  // After open() succeeded.
  noise_nk::transport_keys keys() const { return noise_->split(); }
  const byte_array<32>& handshake_hash() const { return noise_->handshake_hash(); }

 private:
  suite crypto() const { return invited_ ? suite::nkpsk0 : suite::nk; }

  transport carrier_;
  connection_id self_;
  std::shared_ptr<const invite> invited_;
  std::optional<noise_nk> noise_;
};

}  // namespace tern::proto

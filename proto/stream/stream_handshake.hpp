// The client's half of the handshake over a stream (STATES.md, section 11): as
// client_handshake, but nothing is ever lost or repeated, so there are no timers, tokens or
// attempts. Does not know what payload 1 carries: the connection fills it.
#pragma once

#include "proto/bytes.hpp"
#include "proto/endpoint/connect_options.hpp"
#include "proto/entropy.hpp"
#include "proto/handshake/client_noise.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/header.hpp"
#include "proto/packet/writer.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/seal_error.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <tl/expected.hpp>

namespace tern::proto {

class stream_handshake {
 public:
  enum class stage : std::uint8_t {
    hello,           // no key known: asking for it
    awaiting_retry,  // asked
    awaiting_trust,  // a key was offered, the owner decides
    initial,         // INITIAL is to be made
    awaiting_reply,
    done,
    failed,  // the relay shows another key, or none
  };

  // Of the options: relay_key, invite.
  stream_handshake(const connection_id& self, const connect_options& options)
      : self_(self),
        relay_key_(options.relay_key),
        stage_(relay_key_ ? stage::initial : stage::hello),
        noise_(transport::tcp, self, options.invite) {}

  const public_key& relay_key() const { return *relay_key_; }
  // The key that the relay shows; meaningful in awaiting_trust, and in failed after key_changed.
  const public_key& offered_key() const { return *offered_key_; }
  void trust_offered();

  // What is sent now can still ride in the INITIAL: it has not been made.
  bool takes_early() const { return stage_ <= stage::initial; }
  bool wants_hello() const { return stage_ == stage::hello; }
  bool wants_initial() const { return stage_ == stage::initial; }

  bytes make_hello();
  // Begins INITIAL. Returns the hash that AUTH signs.
  const byte_array<32>& begin_initial(entropy& source) { return noise_.begin(*relay_key_, {}, source); }
  std::size_t payload_bytes_max() const { return stream_handshake_bytes_max - noise_.overhead({}); }
  bytes finish_initial(time_point now, byte_view payload);

  // `broken`: a RETRY that has no place, or does not verify.
  enum class retry_outcome : std::uint8_t { key_offered, key_changed, broken };
  retry_outcome on_retry(const retry_header& retry);
  tl::expected<bytes, seal_error> on_reply(const reply_header& reply);
  // After on_reply() succeeded.
  noise_nk::transport_keys keys() const { return noise_.keys(); }
  const byte_array<32>& handshake_hash() const { return noise_.handshake_hash(); }
  duration round_trip(time_point now) const { return now - initial_sent_at_; }

 private:
  connection_id self_;
  std::optional<public_key> relay_key_;
  std::optional<public_key> offered_key_;
  stage stage_;
  client_noise noise_;
  time_point initial_sent_at_{};
};

}  // namespace tern::proto

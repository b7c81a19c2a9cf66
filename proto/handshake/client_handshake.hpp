// The client's half of the handshake, from HELLO or INITIAL until the transport keys
// are there (STATES.md, "Client handshake"). Makes and repeats its own packets and
// judges RETRY and REPLY. Does not know what payload 1 carries: the connection fills it.
#pragma once

#include "proto/bytes.hpp"
#include "proto/endpoint/connect_options.hpp"
#include "proto/entropy.hpp"
#include "proto/handshake/client_noise.hpp"
#include "proto/handshake/handshake_timer.hpp"
#include "proto/numbers.hpp"
#include "proto/packet/header.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/seal_error.hpp"
#include "proto/time.hpp"

#include <cstdint>
#include <optional>
#include <tl/expected.hpp>

namespace tern::proto {

class client_handshake {
 public:
  enum class stage : std::uint8_t {
    hello,           // no key known: asking for it
    awaiting_trust,  // a key was offered, the owner decides
    initial,         // INITIAL is on its way
    done,
    failed,  // the relay shows another key
  };
  // How long one attempt may use one RETRY; after that a fresh one begins.
  static constexpr duration attempt_max = std::chrono::seconds{10};
  // INITIALs that go unanswered before HELLO asks whether the key has changed.
  static constexpr std::uint32_t unanswered_before_hello = 2;

  // Of the options: relay_key, token, invite.
  client_handshake(const connection_id& self, const connect_options& options, time_point now);

  stage current() const { return stage_; }
  const public_key& relay_key() const { return *relay_key_; }
  // The key that the relay shows; meaningful in awaiting_trust and failed.
  const public_key& offered_key() const { return *offered_key_; }
  void trust_offered(time_point now);

  // An INITIAL has to be made before poll() can go on: first time, or with a new token.
  bool wants_initial() const { return stage_ == stage::initial && initial_.empty(); }
  // What is sent now can still ride in the INITIAL: it has not been made.
  bool takes_early() const { return initial_.empty() && stage_ != stage::done && stage_ != stage::failed; }
  // Begins it with a fresh ephemeral key. Returns the hash that AUTH signs.
  const byte_array<32>& begin_initial(entropy& source);
  // How many bytes of payload 1 make the datagram exactly initial_bytes long.
  std::size_t payload_size() const;
  // Precondition: begin_initial(), payload.size() == payload_size().
  void finish_initial(byte_view payload);

  // Writes HELLO or INITIAL if a copy is due.
  std::optional<std::size_t> poll(time_point now, mutable_byte_view buffer);
  std::optional<time_point> deadline() const;
  void on_timeout(time_point now);

  enum class retry_outcome : std::uint8_t { ignored, key_offered, key_changed, again };
  // `again`: a token was adopted, wants_initial() is true, and what the earlier INITIAL
  // carried must be carried again.
  retry_outcome on_retry(time_point now, const retry_header& retry);

  // Opens the Noise message of REPLY; nothing but a counter should follow an error.
  tl::expected<bytes, seal_error> on_reply(const reply_header& reply);
  // After on_reply() succeeded.
  noise_nk::transport_keys keys() const { return noise_.keys(); }
  const byte_array<32>& handshake_hash() const { return noise_.handshake_hash(); }

  // The round trip, if it is unambiguous: the INITIAL left once (Karn).
  std::optional<duration> round_trip(time_point now) const;

 private:
  void enter_initial(time_point now);

  connection_id self_;
  std::optional<public_key> relay_key_;
  std::optional<public_key> offered_key_;
  stage stage_;
  bytes token_;
  bytes initial_;
  client_noise noise_;
  handshake_timer timer_;
  handshake_timer hello_timer_;
  // Whoever holds an invite knows the key, and a private relay answers no HELLO.
  bool may_ask_for_key_ = true;
  bool hello_beside_initial_ = false;
  bool retry_used_ = false;
  time_point attempt_began_at_;
  std::uint32_t initials_sent_ = 0;
  time_point initial_sent_at_{};
};

}  // namespace tern::proto

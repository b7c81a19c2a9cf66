// The handshake: Noise NK, or NKpsk0 where a pre-shared key (an invite) is given, as
// 25519_ChaChaPoly_SHA256 (Noise Protocol Framework, revision 34).
//
//   NK:      <- s  ...  -> e, es  <- e, ee
//   NKpsk0:  <- s  ...  -> psk, e, es  <- e, ee
//
// One object is one side of one handshake: the initiator writes message 1 and reads
// message 2, the responder reads 1 and writes 2, then both split(). After any error
// the object answers out_of_turn to everything but its destructor. It does not know
// what the payloads mean, and draws nothing at random: the ephemeral secret is an
// argument and must never be used for two handshakes.
#pragma once

#include "proto/bytes.hpp"
#include "proto/seal/keys.hpp"
#include "proto/seal/noise_symmetric_state.hpp"
#include "proto/seal/seal_error.hpp"

#include <tl/expected.hpp>

namespace tern::proto {

class noise_nk {
 public:
  using transport_keys = noise_symmetric_state::transport_keys;

  // What a message has beyond its payload: a public key and a tag.
  static constexpr std::size_t message_overhead = 32 + noise_symmetric_state::tag_size;
  static constexpr std::size_t message_size_max = 65535;

  // `psk` chooses NKpsk0; it is used during the call only. Costs one base point
  // multiplication.
  static noise_nk initiator(byte_view prologue, const public_key& responder_key, secret_key ephemeral,
                            const secret_key* psk = nullptr);
  // Costs hashing only, so a flood of bad messages costs one DH each, in read().
  static noise_nk responder(byte_view prologue, const x25519_keypair& own, secret_key ephemeral,
                            const secret_key* psk = nullptr);

  // The same handshake at the same step, so that a message that may be forged can be tried
  // on the copy and leaves the original as it was.
  noise_nk clone() const;

  // Writes the next message into `out` and returns its size, payload.size() +
  // message_overhead. The payload may already lie at out[32].
  [[nodiscard]] tl::expected<std::size_t, seal_error> write(byte_view payload, mutable_byte_view out);
  // The same, appended to `out`.
  [[nodiscard]] tl::expected<void, seal_error> write(byte_view payload, bytes& out);

  // Opens the peer's message into `payload` and returns the payload's size,
  // message.size() - message_overhead. `payload` may begin at message[32].
  [[nodiscard]] tl::expected<std::size_t, seal_error> read(byte_view message, mutable_byte_view payload);
  // The same; `payload` is replaced.
  [[nodiscard]] tl::expected<void, seal_error> read(byte_view message, bytes& payload);

  // The handshake hash right before payload 1 is sealed: what AUTH in early data signs.
  // The initiator knows it from the start, so its signature can go into payload 1; the
  // responder once it has read message 1.
  const byte_array<32>& hash_before_payload_1() const { return hash_before_payload_1_; }
  // After both messages: unique to this handshake, the same on both sides.
  const byte_array<32>& handshake_hash() const { return state_.hash(); }
  bool is_complete() const { return step_ == step::complete; }

  // Precondition: is_complete(). The keys of the data packets (aead.hpp).
  transport_keys split() const;

 private:
  enum class step : std::uint8_t { first_message, second_message, complete, failed };
  enum class role : std::uint8_t { initiator, responder };

  noise_nk(role own_role, bool has_psk, noise_symmetric_state state)
      : role_(own_role), has_psk_(has_psk), state_(std::move(state)) {}
  noise_nk(role own_role, byte_view prologue, const public_key& responder_key, const secret_key* psk);
  void mix_ephemeral(const public_key& key);
  [[nodiscard]] bool mix_dh(const secret_key& own, const public_key& peer);
  [[nodiscard]] bool mix_dh_of_this_message();
  bool is_turn_to_write() const;
  tl::unexpected<seal_error> fail(seal_error error);

  role role_;
  step step_ = step::first_message;
  bool has_psk_;
  noise_symmetric_state state_;
  byte_array<32> hash_before_payload_1_{};
  secret_key own_static_;
  secret_key own_ephemeral_;
  public_key own_ephemeral_public_;
  public_key responder_static_;
  public_key peer_ephemeral_;
};

}  // namespace tern::proto

#include "proto/seal/noise.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

namespace tern::proto {

namespace {
constexpr std::string_view name_nk = "Noise_NK_25519_ChaChaPoly_SHA256";
constexpr std::string_view name_nkpsk0 = "Noise_NKpsk0_25519_ChaChaPoly_SHA256";
constexpr std::size_t key_size = 32;
}  // namespace

noise_nk::noise_nk(role own_role, byte_view prologue, const public_key& responder_key, const secret_key* psk)
    : role_(own_role),
      has_psk_(psk != nullptr),
      state_(has_psk_ ? name_nkpsk0 : name_nk),
      responder_static_(responder_key) {
  state_.mix_hash(prologue);
  state_.mix_hash(responder_key.octets);  // the pre-message "<- s"
  if (psk != nullptr) state_.mix_key_and_hash(psk->view());
}

noise_nk noise_nk::initiator(byte_view prologue, const public_key& responder_key, secret_key ephemeral,
                             const secret_key* psk) {
  noise_nk handshake{role::initiator, prologue, responder_key, psk};
  const x25519_keypair own{std::move(ephemeral)};
  handshake.own_ephemeral_ = own.secret_part().clone();
  handshake.own_ephemeral_public_ = own.public_part();
  // Already here, not in write(): payload 1 may have to sign the hash that results.
  handshake.mix_ephemeral(handshake.own_ephemeral_public_);
  handshake.hash_before_payload_1_ = handshake.state_.hash();
  return handshake;
}

noise_nk noise_nk::responder(byte_view prologue, const x25519_keypair& own, secret_key ephemeral,
                             const secret_key* psk) {
  noise_nk handshake{role::responder, prologue, own.public_part(), psk};
  handshake.own_static_ = own.secret_part().clone();
  handshake.own_ephemeral_ = std::move(ephemeral);
  return handshake;
}

noise_nk noise_nk::clone() const {
  noise_nk copy{role_, has_psk_, state_.clone()};
  copy.step_ = step_;
  copy.hash_before_payload_1_ = hash_before_payload_1_;
  copy.own_static_ = own_static_.clone();
  copy.own_ephemeral_ = own_ephemeral_.clone();
  copy.own_ephemeral_public_ = own_ephemeral_public_;
  copy.responder_static_ = responder_static_;
  copy.peer_ephemeral_ = peer_ephemeral_;
  return copy;
}

void noise_nk::mix_ephemeral(const public_key& key) {
  state_.mix_hash(key.octets);
  // With a psk the ephemeral key also randomises the cipher key (section 9.2).
  if (has_psk_) state_.mix_key(key.octets);
}

bool noise_nk::mix_dh(const secret_key& own, const public_key& peer) {
  const auto shared = x25519(own, peer);
  if (!shared) return false;
  state_.mix_key(shared->view());
  return true;
}

// Message 1: es, message 2: ee; each side multiplies its secret with the other's point.
bool noise_nk::mix_dh_of_this_message() {
  if (step_ == step::second_message) return mix_dh(own_ephemeral_, peer_ephemeral_);
  if (role_ == role::initiator) return mix_dh(own_ephemeral_, responder_static_);
  return mix_dh(own_static_, peer_ephemeral_);
}

bool noise_nk::is_turn_to_write() const {
  return step_ == (role_ == role::initiator ? step::first_message : step::second_message);
}

tl::unexpected<seal_error> noise_nk::fail(seal_error error) {
  step_ = step::failed;
  return tl::unexpected{error};
}

tl::expected<std::size_t, seal_error> noise_nk::write(byte_view payload, mutable_byte_view out) {
  if (!is_turn_to_write()) return fail(seal_error::out_of_turn);
  const std::size_t size = payload.size() + message_overhead;
  if (size > message_size_max || size > out.size()) return fail(seal_error::too_long);
  if (step_ == step::second_message) {
    own_ephemeral_public_ = x25519_keypair{own_ephemeral_.clone()}.public_part();
    mix_ephemeral(own_ephemeral_public_);
  }
  if (!mix_dh_of_this_message()) return fail(seal_error::low_order_point);
  state_.encrypt_and_hash(payload, out.subspan(key_size, size - key_size));
  std::copy(own_ephemeral_public_.octets.begin(), own_ephemeral_public_.octets.end(), out.begin());
  step_ = step_ == step::first_message ? step::second_message : step::complete;
  return size;
}

tl::expected<std::size_t, seal_error> noise_nk::read(byte_view message, mutable_byte_view payload) {
  if (is_turn_to_write() || step_ >= step::complete) return fail(seal_error::out_of_turn);
  if (message.size() < message_overhead) return fail(seal_error::too_short);
  const std::size_t size = message.size() - message_overhead;
  if (message.size() > message_size_max || size > payload.size()) return fail(seal_error::too_long);
  std::copy_n(message.begin(), key_size, peer_ephemeral_.octets.begin());
  mix_ephemeral(peer_ephemeral_);
  if (step_ == step::first_message) hash_before_payload_1_ = state_.hash();
  if (!mix_dh_of_this_message()) return fail(seal_error::low_order_point);
  if (!state_.decrypt_and_hash(message.subspan(key_size), payload.first(size))) return fail(seal_error::forged);
  step_ = step_ == step::first_message ? step::second_message : step::complete;
  return size;
}

tl::expected<void, seal_error> noise_nk::write(byte_view payload, bytes& out) {
  const std::size_t before = out.size();
  out.resize(before + payload.size() + message_overhead);
  const auto written = write(payload, mutable_byte_view{out}.subspan(before));
  if (written) return {};
  out.resize(before);
  return tl::unexpected{written.error()};
}

tl::expected<void, seal_error> noise_nk::read(byte_view message, bytes& payload) {
  payload.resize(message.size() < message_overhead ? 0 : message.size() - message_overhead);
  const auto size = read(message, mutable_byte_view{payload});
  if (size) return {};
  payload.clear();
  return tl::unexpected{size.error()};
}

noise_nk::transport_keys noise_nk::split() const {
  assert(is_complete());
  return state_.split();
}

}  // namespace tern::proto

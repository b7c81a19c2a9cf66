// The Noise SymmetricState (Noise Protocol Framework, revision 34, section 5.2) for
// 25519_ChaChaPoly_SHA256, its CipherState included: what is left of a handshake when
// message patterns and keys are taken away. Does not know whose turn it is.
#pragma once

#include "proto/bytes.hpp"
#include "proto/seal/secret.hpp"

#include <cstdint>
#include <string_view>

namespace tern::proto {

class noise_symmetric_state {
 public:
  static constexpr std::size_t tag_size = 16;

  explicit noise_symmetric_state(std::string_view protocol_name);

  // A second holder of the same state; copying secrets has to be asked for by name.
  noise_symmetric_state clone() const;

  void mix_hash(byte_view data);
  void mix_key(byte_view input_key_material);
  void mix_key_and_hash(byte_view input_key_material);

  // Precondition: out.size() == plaintext.size() + tag_size, a key was mixed in. The
  // plaintext may lie at the start of `out`.
  void encrypt_and_hash(byte_view plaintext, mutable_byte_view out);
  // Precondition: ciphertext.size() == out.size() + tag_size, a key was mixed in. False
  // where the tag does not match; the state is unchanged then and `out` is zero.
  [[nodiscard]] bool decrypt_and_hash(byte_view ciphertext, mutable_byte_view out);

  struct transport_keys {
    seal_key initiator_to_responder;
    seal_key responder_to_initiator;
  };
  transport_keys split() const;

  const byte_array<32>& hash() const { return hash_; }

 private:
  noise_symmetric_state() = default;
  void take_cipher_key(secret<32> key);

  secret<32> chaining_key_;
  byte_array<32> hash_{};
  secret<32> cipher_key_;
  std::uint64_t nonce_ = 0;
};

}  // namespace tern::proto

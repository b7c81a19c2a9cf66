#include "proto/seal/noise_symmetric_state.hpp"

#include "proto/seal/nonce.hpp"

#include <algorithm>
#include <cassert>
#include <sodium.h>

namespace tern::proto {

namespace {

class hmac_sha256 {
 public:
  explicit hmac_sha256(byte_view key) { crypto_auth_hmacsha256_init(&state_, key.data(), key.size()); }
  hmac_sha256(const hmac_sha256&) = delete;
  hmac_sha256& operator=(const hmac_sha256&) = delete;
  ~hmac_sha256() { sodium_memzero(&state_, sizeof state_); }

  hmac_sha256& add(byte_view data) {
    crypto_auth_hmacsha256_update(&state_, data.data(), data.size());
    return *this;
  }
  secret<32> finish() {
    secret<32> out;
    crypto_auth_hmacsha256_final(&state_, out.mutable_view().data());
    return out;
  }

 private:
  crypto_auth_hmacsha256_state state_{};
};

// HKDF of section 4.3: output i is HMAC(temporary key, output i-1 || i).
class hkdf {
 public:
  hkdf(const secret<32>& chaining_key, byte_view input_key_material)
      : temporary_key_(hmac_sha256{chaining_key.view()}.add(input_key_material).finish()) {}

  secret<32> next() {
    hmac_sha256 mac{temporary_key_.view()};
    if (count_ > 0) mac.add(previous_.view());
    const std::uint8_t index = ++count_;
    previous_ = mac.add({&index, 1}).finish();
    return previous_.clone();
  }

 private:
  secret<32> temporary_key_;
  secret<32> previous_;
  std::uint8_t count_ = 0;
};

}  // namespace

noise_symmetric_state::noise_symmetric_state(std::string_view protocol_name) {
  // A name of up to 32 bytes is padded with zeros, a longer one is hashed (section 5.2).
  if (protocol_name.size() <= hash_.size()) {
    std::copy(protocol_name.begin(), protocol_name.end(), hash_.begin());
  } else {
    const byte_view name = as_bytes(protocol_name);
    crypto_hash_sha256(hash_.data(), name.data(), name.size());
  }
  chaining_key_ = secret<32>{hash_};
}

noise_symmetric_state noise_symmetric_state::clone() const {
  noise_symmetric_state copy;
  copy.chaining_key_ = chaining_key_.clone();
  copy.hash_ = hash_;
  copy.cipher_key_ = cipher_key_.clone();
  copy.nonce_ = nonce_;
  return copy;
}

void noise_symmetric_state::mix_hash(byte_view data) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, hash_.data(), hash_.size());
  crypto_hash_sha256_update(&state, data.data(), data.size());
  crypto_hash_sha256_final(&state, hash_.data());
}

void noise_symmetric_state::take_cipher_key(secret<32> key) {
  cipher_key_ = std::move(key);
  nonce_ = 0;
}

void noise_symmetric_state::mix_key(byte_view input_key_material) {
  hkdf keys{chaining_key_, input_key_material};
  chaining_key_ = keys.next();
  take_cipher_key(keys.next());
}

void noise_symmetric_state::mix_key_and_hash(byte_view input_key_material) {
  hkdf keys{chaining_key_, input_key_material};
  chaining_key_ = keys.next();
  mix_hash(keys.next().view());
  take_cipher_key(keys.next());
}

void noise_symmetric_state::encrypt_and_hash(byte_view plaintext, mutable_byte_view out) {
  assert(out.size() == plaintext.size() + tag_size);
  const auto nonce = chacha_nonce(nonce_);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), nullptr, plaintext.data(), plaintext.size(), hash_.data(),
                                            hash_.size(), nullptr, nonce.data(), cipher_key_.data());
  ++nonce_;
  mix_hash(out);
}

bool noise_symmetric_state::decrypt_and_hash(byte_view ciphertext, mutable_byte_view out) {
  assert(ciphertext.size() == out.size() + tag_size);
  const auto nonce = chacha_nonce(nonce_);
  // Before decryption, because `out` may be the same memory as the ciphertext.
  auto next = hash_;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, hash_.data(), hash_.size());
  crypto_hash_sha256_update(&state, ciphertext.data(), ciphertext.size());
  crypto_hash_sha256_final(&state, next.data());
  if (crypto_aead_chacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, ciphertext.data(), ciphertext.size(),
                                                hash_.data(), hash_.size(), nonce.data(), cipher_key_.data()) != 0) {
    return false;
  }
  ++nonce_;
  hash_ = next;
  return true;
}

noise_symmetric_state::transport_keys noise_symmetric_state::split() const {
  hkdf keys{chaining_key_, {}};
  auto first = keys.next();
  return {std::move(first), keys.next()};
}

}  // namespace tern::proto

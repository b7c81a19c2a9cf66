#include "proto/seal/aead.hpp"

#include "proto/seal/nonce.hpp"

#include <cassert>
#include <sodium.h>

namespace tern::proto {

std::size_t sealer::seal(packet_number number, byte_view associated_data, mutable_byte_view buffer,
                         std::size_t plaintext_size) const {
  assert(buffer.size() >= plaintext_size + aead_tag_size);
  const auto nonce = chacha_nonce(number.value);
  crypto_aead_chacha20poly1305_ietf_encrypt(buffer.data(), nullptr, buffer.data(), plaintext_size,
                                            associated_data.data(), associated_data.size(), nullptr, nonce.data(),
                                            key_.data());
  return plaintext_size + aead_tag_size;
}

std::optional<mutable_byte_view> opener::open(packet_number number, byte_view associated_data,
                                              mutable_byte_view sealed) const {
  if (sealed.size() < aead_tag_size) return std::nullopt;
  const auto nonce = chacha_nonce(number.value);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(sealed.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                associated_data.data(), associated_data.size(), nonce.data(),
                                                key_.data()) != 0) {
    return std::nullopt;
  }
  return sealed.first(sealed.size() - aead_tag_size);
}

}  // namespace tern::proto

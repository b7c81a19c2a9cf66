// Sealing and opening of data packets: ChaCha20-Poly1305 (RFC 8439) in place, one
// object for each direction of a connection. The nonce is the packet number, so a
// number must never be sealed twice under one key; the connection's counter sees to
// that, not this class. No allocation.
#pragma once

#include "proto/bytes.hpp"
#include "proto/numbers.hpp"
#include "proto/seal/secret.hpp"

#include <optional>
#include <utility>

namespace tern::proto {

inline constexpr std::size_t aead_tag_size = 16;

class sealer {
 public:
  explicit sealer(seal_key key) : key_(std::move(key)) {}

  // Encrypts buffer[0, plaintext_size) in place, puts the tag behind it and returns the
  // size of both. Precondition: buffer.size() >= plaintext_size + aead_tag_size.
  std::size_t seal(packet_number number, byte_view associated_data, mutable_byte_view buffer,
                   std::size_t plaintext_size) const;

 private:
  seal_key key_;
};

class opener {
 public:
  explicit opener(seal_key key) : key_(std::move(key)) {}

  // Decrypts ciphertext and tag in place and returns the part of `sealed` that now holds
  // the plaintext; nothing where the tag does not match, and `sealed` is not to be used then.
  std::optional<mutable_byte_view> open(packet_number number, byte_view associated_data,
                                        mutable_byte_view sealed) const;

 private:
  seal_key key_;
};

}  // namespace tern::proto

// Bytes that must not leak: they move but do not copy, are overwritten when they are
// let go, and compare in constant time.
#pragma once

#include "proto/bytes.hpp"
#include "proto/entropy.hpp"
#include "proto/seal/constant_time.hpp"

#include <algorithm>

namespace tern::proto {

template <std::size_t Size>
class secret {
 public:
  static constexpr std::size_t size = Size;

  secret() = default;  // all zero: a placeholder, never a key
  explicit secret(std::span<const std::uint8_t, Size> octets) {
    std::copy(octets.begin(), octets.end(), octets_.begin());
  }
  secret(secret&& other) noexcept : octets_(other.octets_) { wipe(other.octets_); }
  secret& operator=(secret&& other) noexcept {
    if (this != &other) {
      octets_ = other.octets_;
      wipe(other.octets_);
    }
    return *this;
  }
  secret(const secret&) = delete;
  secret& operator=(const secret&) = delete;
  ~secret() { wipe(octets_); }

  static secret draw(entropy& source) {
    secret drawn;
    source.fill(drawn.octets_);
    return drawn;
  }

  // A second holder of the same bytes; copying a secret has to be asked for by name.
  secret clone() const { return secret{std::span<const std::uint8_t, Size>{octets_}}; }

  // Borrowed: valid while this object holds the secret.
  std::span<const std::uint8_t, Size> view() const { return octets_; }
  std::span<std::uint8_t, Size> mutable_view() { return octets_; }
  const std::uint8_t* data() const { return octets_.data(); }

  bool operator==(const secret& other) const { return equal_in_constant_time(octets_, other.octets_); }

 private:
  byte_array<Size> octets_{};
};

using secret_key = secret<32>;  // X25519 secret key, or a Noise pre-shared key
using seal_key = secret<32>;    // ChaCha20-Poly1305 key of one direction

}  // namespace tern::proto

#include "proto/seal/identity.hpp"

#include <algorithm>
#include <sodium.h>
#include <string_view>

namespace tern::proto {

namespace {

// Label and hash. No message under one label equals one under the other: their sizes differ.
class auth_message {
 public:
  auth_message(auth_label label, const byte_array<32>& hash) {
    const std::string_view text = label == auth_label::early ? "TERN1-auth-early" : "TERN1-auth";
    const auto end = std::copy(text.begin(), text.end(), octets_.begin());
    std::copy(hash.begin(), hash.end(), end);
    size_ = text.size() + hash.size();
  }
  const std::uint8_t* data() const { return octets_.data(); }
  std::size_t size() const { return size_; }

 private:
  byte_array<48> octets_{};
  std::size_t size_ = 0;
};

}  // namespace

identity::identity(const secret_key& seed) {
  crypto_sign_seed_keypair(public_.octets.data(), signing_key_.mutable_view().data(), seed.data());
}

byte_array<64> identity::sign_auth(auth_label label, const byte_array<32>& hash) const {
  const auth_message message{label, hash};
  byte_array<64> signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), signing_key_.data());
  return signature;
}

bool verify_auth(const identity_key& key, auth_label label, const byte_array<32>& hash,
                 const byte_array<64>& signature) {
  const auth_message message{label, hash};
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.octets.data()) == 0;
}

}  // namespace tern::proto

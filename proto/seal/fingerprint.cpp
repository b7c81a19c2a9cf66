#include "proto/seal/fingerprint.hpp"

#include <sodium.h>

namespace tern::proto {

std::string fingerprint(const byte_array<32>& key) {
  byte_array<crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), key.data(), key.size());
  std::string text(sodium_base64_encoded_len(hash.size(), sodium_base64_VARIANT_ORIGINAL_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(), sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  text.pop_back();  // the terminating zero
  return "SHA256:" + text;
}

}  // namespace tern::proto

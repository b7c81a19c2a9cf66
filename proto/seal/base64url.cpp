#include "proto/seal/base64url.hpp"

#include <sodium.h>

namespace tern::proto {

std::string to_base64url(byte_view data) {
  std::string text(sodium_base64_encoded_len(data.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), data.data(), data.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<bytes> from_base64url(std::string_view text) {
  bytes decoded(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  if (sodium_base642bin(decoded.data(), decoded.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return std::nullopt;
  }
  decoded.resize(size);
  return decoded;
}

}  // namespace tern::proto

// Base64 with the URL alphabet and without padding (RFC 4648 section 5), for keys in
// addresses and files.
#pragma once

#include "proto/bytes.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace tern::proto {

std::string to_base64url(byte_view data);

// Strict: only the alphabet, no padding, unused bits zero. So each value has one text.
std::optional<bytes> from_base64url(std::string_view text);

// Nothing where the text does not stand for exactly Size bytes.
template <std::size_t Size>
std::optional<byte_array<Size>> array_from_base64url(std::string_view text) {
  const auto decoded = from_base64url(text);
  if (!decoded || decoded->size() != Size) return std::nullopt;
  byte_array<Size> out{};
  std::copy(decoded->begin(), decoded->end(), out.begin());
  return out;
}

}  // namespace tern::proto

// Hexadecimal test data.
#pragma once

#include "proto/bytes.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace tern::proto::test {

// Precondition: an even number of hexadecimal digits.
inline bytes from_hex(std::string_view text) {
  bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoul(std::string{text.substr(i, 2)}, nullptr, 16)));
  }
  return out;
}

template <std::size_t Size>
byte_array<Size> array_from_hex(std::string_view text) {
  const bytes decoded = from_hex(text);
  byte_array<Size> out{};
  std::copy_n(decoded.begin(), std::min(Size, decoded.size()), out.begin());
  return out;
}

inline std::string to_hex(byte_view data) {
  std::string text;
  for (const std::uint8_t octet : data) {
    text += "0123456789abcdef"[octet >> 4U];
    text += "0123456789abcdef"[octet & 15U];
  }
  return text;
}

}  // namespace tern::proto::test

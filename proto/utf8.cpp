#include "proto/utf8.hpp"

#include <cstdint>

namespace tern::proto {

namespace {
// RFC 3629 section 4: what may follow a lead octet. The first continuation octet has a narrower range after E0,
// ED, F0 and F4, and that is what keeps overlong forms, surrogates and too large values out.
struct sequence {
  std::size_t length = 0;  // 0: not a lead octet
  std::uint8_t second_low = 0x80;
  std::uint8_t second_high = 0xbf;
};

sequence sequence_for(std::uint8_t lead) {
  if (lead < 0x80) return {1};
  if (lead < 0xc2) return {0};
  if (lead < 0xe0) return {2};
  if (lead < 0xf0)
    return {3, static_cast<std::uint8_t>(lead == 0xe0 ? 0xa0 : 0x80),
            static_cast<std::uint8_t>(lead == 0xed ? 0x9f : 0xbf)};
  if (lead < 0xf5)
    return {4, static_cast<std::uint8_t>(lead == 0xf0 ? 0x90 : 0x80),
            static_cast<std::uint8_t>(lead == 0xf4 ? 0x8f : 0xbf)};
  return {0};
}

bool is_continuation(char octet) { return (static_cast<std::uint8_t>(octet) & 0xc0U) == 0x80; }

// The length of the character that `text` begins with, 0 where it begins with none. Precondition: not empty.
std::size_t character_length(std::string_view text) {
  const sequence expected = sequence_for(static_cast<std::uint8_t>(text[0]));
  if (expected.length < 2 || text.size() < expected.length) return expected.length == 1 ? 1 : 0;
  const auto second = static_cast<std::uint8_t>(text[1]);
  if (second < expected.second_low || second > expected.second_high) return 0;
  for (std::size_t i = 2; i < expected.length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  return expected.length;
}
}  // namespace

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && is_continuation(text[bytes_max])) --bytes_max;
  return text.substr(0, bytes_max);
}

}  // namespace tern::proto

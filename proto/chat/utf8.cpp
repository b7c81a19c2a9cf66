#include "proto/chat/utf8.hpp"

#include <cstddef>

namespace tern::proto::chat {

namespace {
// RFC 3629 §4: what may follow a leading octet, and how many follow.
struct sequence {
  std::size_t following = 0;  // 0 with an ASCII octet, or when it cannot lead
  std::uint8_t second_low = 0x80;
  std::uint8_t second_high = 0xbf;
  bool leads = false;
};

sequence classify(std::uint8_t lead) {
  if (lead < 0x80) return {0, 0x80, 0xbf, true};
  if (lead >= 0xc2 && lead <= 0xdf) return {1, 0x80, 0xbf, true};
  if (lead == 0xe0) return {2, 0xa0, 0xbf, true};
  if (lead == 0xed) return {2, 0x80, 0x9f, true};
  if (lead >= 0xe1 && lead <= 0xef) return {2, 0x80, 0xbf, true};
  if (lead == 0xf0) return {3, 0x90, 0xbf, true};
  if (lead >= 0xf1 && lead <= 0xf3) return {3, 0x80, 0xbf, true};
  if (lead == 0xf4) return {3, 0x80, 0x8f, true};
  return {};
}
}  // namespace

bool is_valid_utf8(byte_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const sequence expected = classify(text[i]);
    if (!expected.leads || text.size() - i <= expected.following) return false;
    for (std::size_t k = 1; k <= expected.following; ++k) {
      const std::uint8_t low = k == 1 ? expected.second_low : 0x80;
      const std::uint8_t high = k == 1 ? expected.second_high : 0xbf;
      if (text[i + k] < low || text[i + k] > high) return false;
    }
    i += 1 + expected.following;
  }
  return true;
}

}  // namespace tern::proto::chat

// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace tern::proto {

bool is_valid_utf8(std::string_view text);

// The longest prefix of valid `text` that has at most `bytes_max` bytes and does not cut a character.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

}  // namespace tern::proto

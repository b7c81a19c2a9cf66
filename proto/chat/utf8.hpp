// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include "proto/bytes.hpp"

namespace tern::proto::chat {

bool is_valid_utf8(byte_view text);

}  // namespace tern::proto::chat

// Names of people and rooms (relay.md, 2): [a-z0-9_-]{1,32} after case folding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tern::proto::chat {

inline constexpr std::size_t name_bytes_max = 32;

// The folded name, or nothing when it cannot be one.
std::optional<std::string> fold_name(std::string_view text);
// Nobody may claim these: guest…, admin, relay, system. `folded` as from fold_name().
bool is_reserved_name(std::string_view folded);

}  // namespace tern::proto::chat

// Names of people and rooms (relay.md, 2): [a-z0-9_-]{1,32} after case folding.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tern::proto::chat {

inline constexpr std::size_t name_bytes_max = 32;

// The folded name, or nothing when it cannot be one.
std::optional<std::string> fold_name(std::string_view text);
// Nobody may claim these, nor what looks like them (look_alike.hpp).
inline constexpr std::string_view reserved_prefix = "guest";
inline constexpr std::array<std::string_view, 3> reserved_names{"admin", "relay", "system"};

}  // namespace tern::proto::chat

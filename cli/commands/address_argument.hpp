// The ADDRESS that many commands begin with.
#pragma once

#include "cli/command/command.hpp"
#include "udp/tern_address.hpp"

#include <initializer_list>

namespace tern::cli {

// The first word. Throws failure (usage) where it is missing or no address.
tern_address required_address(const context& call, address_role role);

// Throws failure (usage) where one of these options was given: they mean nothing for `address`.
void refuse_options(const context& call, const tern_address& address, std::initializer_list<std::string_view> keys);

}  // namespace tern::cli

// The invite that a command shows to a private relay: from --invite FILE, or one that was
// imported (`tern trust import FILE`) for that relay.
#pragma once

#include "cli/command/command.hpp"
#include "udp/invite_file.hpp"
#include "udp/tern_address.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace tern::cli {

// Throws failure where the file is missing, or no invite, or others may read it.
invite_file read_invite(const std::filesystem::path& file);

std::optional<invite_file> held_invite(const context& call, const tern_address& relay);

// Keeps it for that relay. Whatever was kept before is replaced.
void keep_invite(const context& call, const tern_address& relay, const invite_file& invite);

}  // namespace tern::cli

// Changes of the list of invites in its file: whole or not at all, while nobody else makes one.
// Errors are a line for a person.
#pragma once

#include "relay/server/invite_list.hpp"
#include "relay/server/private_file.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tern::relay {

tl::expected<invite_list, std::string> read_invites(const std::filesystem::path& file);
tl::expected<void, std::string> add_invite(const std::filesystem::path& file, listed_invite made, if_locked then);
// By its id or its name, as invite_list::revoke(). Returns both.
struct invite_name {
  std::string id;
  std::string name;
};
tl::expected<invite_name, std::string> revoke_invite(const std::filesystem::path& file, std::string_view which,
                                                     if_locked then);

}  // namespace tern::relay

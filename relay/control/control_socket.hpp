// The Unix socket in a relay's data folder: where it is, how it is opened on both sides.
#pragma once

#include "udp/descriptor.hpp"

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace tern::relay {

std::filesystem::path control_socket_path(const std::filesystem::path& folder);

// Listens there, for the owner alone (0600). What a dead relay left is replaced, so the
// caller holds the folder's lock. The error is a line for a person.
tl::expected<udp::descriptor, std::string> listen_for_control(const std::filesystem::path& folder);

enum class control_problem : std::uint8_t {
  not_running,  // nobody listens there
  unusable,     // not allowed, the path is too long, or the like: it was not asked
  unanswered,   // it was asked; what it has done, or is going to do, is not known
};

struct control_error {
  control_problem problem = control_problem::unusable;
  std::string what;  // a line for a person
};

tl::expected<udp::descriptor, control_error> connect_for_control(const std::filesystem::path& folder);

}  // namespace tern::relay

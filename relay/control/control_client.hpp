// Asks the relay that runs on a data folder. Blocks.
#pragma once

#include "relay/control/control_request.hpp"
#include "relay/control/control_socket.hpp"

#include <filesystem>
#include <string>
#include <tl/expected.hpp>

namespace tern::relay {

// The relay's answer, one line of JSON without its end. Waits as long as a backup or a
// verification takes, and 10 s for anything else.
tl::expected<std::string, control_error> ask_relay(const std::filesystem::path& folder, const control_request& request);

}  // namespace tern::relay

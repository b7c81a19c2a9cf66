// `send`, `listen`, `chat` and the rest with tern:// addresses.
#pragma once

#include "cli/command/command.hpp"
#include "udp/tern_address.hpp"

namespace tern::cli {

exit_code send_tern(context& call, const tern_address& address);
exit_code listen_tern(context& call, const tern_address& address);
exit_code chat_tern(context& call, const tern_address& address);
exit_code ping_tern(context& call, const tern_address& address);
exit_code history_tern(context& call, const tern_address& address);

}  // namespace tern::cli

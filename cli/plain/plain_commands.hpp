// `send`, `listen`, `chat` and `ping` with udp:// and tcp:// addresses.
#pragma once

#include "cli/command/command.hpp"
#include "udp/tern_address.hpp"

namespace tern::cli {

exit_code send_datagram(context& call, const tern_address& address);
exit_code send_stream(context& call, const tern_address& address);
exit_code listen_plain(context& call, const tern_address& address);
exit_code ping_plain(context& call, const tern_address& address);
exit_code chat_plain_sockets(context& call, const tern_address& address);

}  // namespace tern::cli

// Sockets that a service manager has opened for us (sd_listen_fds(3)): it may keep them
// open over a restart, and use ports that we may not.
#pragma once

#include "udp/stream/stream_listener.hpp"
#include "udp/udp_socket.hpp"

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace tern::relay {

// An address, with the sockets that there are at it: one at least.
struct passed_port {
  proto::address at;
  std::optional<udp::udp_socket> datagrams;
  std::optional<udp::stream_listener> streams;
};

// Those that $LISTEN_FDS counts, if $LISTEN_PID is us; both are taken out of the environment,
// so it works once, and must come before any other descriptor could be taken for one of
// them. The error is a line for a person: something that is neither UDP nor listening TCP.
tl::expected<std::vector<passed_port>, std::string> take_passed_sockets();

}  // namespace tern::relay

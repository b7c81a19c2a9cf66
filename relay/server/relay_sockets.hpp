// Every socket that the relay begins with. All are open before it begins: a port that is in use
// ends it in one line, and nothing has happened.
#pragma once

#include "relay/server/listening.hpp"
#include "relay/server/options.hpp"
#include "relay/systemd/passed_sockets.hpp"
#include "udp/net.hpp"

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace tern::relay {

struct relay_sockets {
  std::vector<passed_port> ports;  // those that were passed to us first
  std::vector<text_sockets> text;
  std::vector<udp::tcp_listener> metrics;
};

// As the options say. Sockets that were passed to us are instead of the default port, and beside
// those that were asked for. `options` must outlive it. The error is a line for a person.
net::awaitable<tl::expected<relay_sockets, std::string>> open_relay_sockets(const server_options& options);

}  // namespace tern::relay

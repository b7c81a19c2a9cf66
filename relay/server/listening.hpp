// Where the relay listens, and how others write that.
#pragma once

#include "proto/seal/keys.hpp"
#include "relay/server/text_port.hpp"
#include "udp/net.hpp"
#include "udp/stream/port_pair.hpp"
#include "udp/tern_address.hpp"

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace tern::relay {

// Opens a port, UDP and TCP, for each address of each place; for none, every address of the
// machine at the default port. The error is a line for a person.
net::awaitable<tl::expected<std::vector<udp::port_pair>, std::string>> open_ports(std::vector<tern_address> places);

// The same for the text gateway: plain TCP and UDP.
net::awaitable<tl::expected<std::vector<text_sockets>, std::string>> open_text_ports(std::vector<tern_address> places);
// The same for those who watch the relay: plain TCP.
net::awaitable<tl::expected<std::vector<udp::tcp_listener>, std::string>> open_metrics_ports(
    std::vector<tern_address> places);
// Nobody on the way can read what goes there.
bool is_loopback(const proto::address& address);

// tern://HOST:PORT/lobby#KEY. Without `host`: the address itself, or this machine's name
// where it is the wildcard.
std::string pasted_address(const proto::address& local, const std::string& host, const proto::public_key& key);
// The same before anything listens: of what is going to be listened on.
std::string pasted_address(tern_address place, const std::string& host, const proto::public_key& key);

}  // namespace tern::relay

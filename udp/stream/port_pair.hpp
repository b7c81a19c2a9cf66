// One port for datagrams and for streams: whoever has an address has both.
#pragma once

#include "udp/stream/stream_listener.hpp"
#include "udp/transport.hpp"
#include "udp/udp_socket.hpp"

#include <system_error>
#include <tl/expected.hpp>

namespace tern::udp {

struct port_pair {
  udp_socket datagrams;
  stream_listener streams;
};

struct port_error {
  transport half = transport::udp;  // the one that cannot be had
  std::error_code reason;
};

// Port 0 takes one that is free for both. An IPv6 wildcard takes IPv4 too.
tl::expected<port_pair, port_error> open_port_pair(const proto::address& local);
// Every address of the machine: dual stack, or IPv4 alone where there is no IPv6.
tl::expected<port_pair, port_error> open_any_port_pair(std::uint16_t port);

}  // namespace tern::udp

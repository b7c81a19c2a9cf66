// Names to addresses and back, by the system's resolver on a thread of asio's. All
// addresses of a name, in the system's order (RFC 6724).
#pragma once

#include "proto/address.hpp"
#include "udp/net.hpp"
#include "udp/result.hpp"
#include "udp/transport.hpp"

#include <string>
#include <vector>

namespace tern::udp {

enum class address_family : std::uint8_t { any, v4_only, v6_only };

struct resolve_query {
  std::string host{};     // name or literal; empty: this machine's wildcard addresses (passive) or loopback
  std::string service{};  // port number or service name
  transport protocol = transport::udp;
  address_family family = address_family::any;
  bool passive = false;  // to listen there, not to connect
};

// Never empty on success. Errors are asio's: host_not_found, service_not_found, ....
net::awaitable<result<std::vector<proto::address>>> resolve(resolve_query query);

// The other way round: host and service names of an address, as text; numbers where
// there is no name.
struct resolved_name {
  std::string host;
  std::string service;
};
net::awaitable<result<resolved_name>> resolve_back(proto::address address, transport protocol);

}  // namespace tern::udp

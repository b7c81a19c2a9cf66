// proto::address as asio names it.
#pragma once

#include "udp/net.hpp"
#include "udp/socket_address.hpp"

#include <algorithm>

namespace tern::udp {

template <class Endpoint>
Endpoint asio_endpoint(const proto::address& address) {
  const socket_address system_address{address, address.is_v4() ? socket_family::v4 : socket_family::v6};
  Endpoint endpoint;
  endpoint.resize(system_address.size());
  std::copy_n(reinterpret_cast<const std::byte*>(system_address.data()), system_address.size(),
              reinterpret_cast<std::byte*>(endpoint.data()));
  return endpoint;
}

}  // namespace tern::udp

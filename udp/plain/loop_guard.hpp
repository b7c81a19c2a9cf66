// Whether a datagram may be answered automatically. Two services that answer each other
// never stop, and a forged source address is enough to start them: so nothing goes to
// the ports of well-known services, and nothing to a peer on our own port.
#pragma once

#include "proto/address.hpp"

namespace tern::udp {

constexpr bool may_answer(const proto::address& from, std::uint16_t own_port) {
  constexpr std::uint16_t well_known_end = 1024;
  return from.port >= well_known_end && from.port != own_port;
}

}  // namespace tern::udp

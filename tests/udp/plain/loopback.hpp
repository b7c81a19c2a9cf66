// Addresses for tests on this machine.
#pragma once

#include "proto/address.hpp"

namespace tern::test {

inline proto::address loopback(std::uint16_t port = 0) { return proto::address::v4(127, 0, 0, 1, port); }

inline proto::address loopback_v6(std::uint16_t port = 0) {
  proto::address address;
  address.ip[15] = 1;
  address.port = port;
  return address;
}

}  // namespace tern::test

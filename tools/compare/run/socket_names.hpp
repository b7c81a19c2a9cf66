// Sockets of 127.0.0.1, and what addresses sockets have.
#pragma once

#include "proto/address.hpp"
#include "udp/descriptor.hpp"

namespace tern::compare {

// The address that it is bound to. Throws link_emulator::failure, as everything here.
proto::address address_of(const udp::descriptor& socket);

// Of SOCK_DGRAM or SOCK_STREAM, non-blocking, at a free port; listens where backlog > 0.
udp::descriptor open_loopback_socket(int type, int backlog = 0);

}  // namespace tern::compare

// Plain sockets of 127.0.0.1 for the rows without a protocol of ours. They do not use
// udp/, so that a change there does not move what it is compared with.
#pragma once

#include "udp/descriptor.hpp"

#include <cstdint>
#include <netinet/in.h>

namespace tern::bench {

using udp::descriptor;

// How long a side waits for the network before it looks at the tally again.
constexpr int patience_milliseconds = 20;
// What every UDP socket of a run asks for, ours and the peers'. The system may give less.
constexpr int receive_buffer_bytes = 4 << 20;

// Throws std::runtime_error with errno's text where `result` is negative; else gives it back.
long checked(long result, const char* what);

sockaddr_in loopback(std::uint16_t port);
// A socket of type SOCK_DGRAM or SOCK_STREAM, bound to a free port.
descriptor bound_socket(int type);
// The same without a port of its own yet.
descriptor open_socket(int type);
void connect_to(const descriptor& socket, std::uint16_t port);
std::uint16_t port_of(const descriptor& socket);
void set_option(const descriptor& socket, int level, int option, int value);
void set_receive_timeout(const descriptor& socket);
// False after patience_milliseconds.
bool wait_readable(const descriptor& socket);

}  // namespace tern::bench

// ICMP errors carry the beginning of the packet that caused them. A NAT must change that
// too, or the host that sent it does not know which of its sockets is meant (RFC 5508).
#pragma once

#include "tools/link/emulator/ip_packet.hpp"

#include <optional>

namespace tern::link_emulator {

struct error_cause {
  proto::byte_view octets;  // within the error
  ip_layout layout;
};

// Nothing for a packet that is no ICMP error, or has too little of its cause.
std::optional<error_cause> cause_of_error(proto::byte_view error, const ip_layout& layout);

// Gives the cause another source, and the error the checksum for it.
void rewrite_cause(proto::mutable_byte_view error, const ip_layout& layout, const error_cause& cause,
                   const proto::address& source);

}  // namespace tern::link_emulator

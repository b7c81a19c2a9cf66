// IP packets made and checked by other code than the emulator's.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"

#include <cstdint>

namespace tern::link_emulator {

struct packet_shape {
  proto::address source;
  proto::address destination;
  std::uint8_t protocol = 17;
  std::size_t payload = 32;  // behind the TCP, UDP or ICMP header
  std::uint8_t flags = 0;    // of TCP
  bool has_checksum = true;  // UDP may do without
};

// With right checksums. An IPv4 or IPv6 packet, as the addresses are; an ICMP packet is an
// echo request whose identifier is the source's port.
proto::bytes make_packet(const packet_shape& shape);

// What a host answers to `cause` that nobody wants: port unreachable, with all of it.
proto::bytes make_port_unreachable(proto::byte_view cause);

// Whether every checksum of the packet is right.
bool is_sound(proto::byte_view packet);

}  // namespace tern::link_emulator

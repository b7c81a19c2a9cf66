// What the emulator reads and changes in an IP packet: addresses, and the ports of TCP
// and UDP (the identifier of an ICMP echo counts as one). Everything else is payload.
#pragma once

#include "proto/address.hpp"
#include "proto/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace tern::link_emulator {

inline constexpr std::uint8_t protocol_icmp = 1;
inline constexpr std::uint8_t protocol_tcp = 6;
inline constexpr std::uint8_t protocol_udp = 17;
inline constexpr std::uint8_t protocol_icmp_v6 = 58;

// Where things are in a packet.
struct ip_layout {
  bool is_v6 = false;
  std::uint8_t protocol = 0;  // of the payload, behind extension headers
  std::size_t header = 0;     // octets before the payload
  bool is_first = true;       // not a fragment but the first: has the payload's header

  std::size_t source() const { return is_v6 ? 8 : 12; }
  std::size_t destination() const { return is_v6 ? 24 : 16; }
  std::size_t address_size() const { return is_v6 ? 16 : 4; }
};

// Nothing for what is not IP or is cut off within its headers. The payload may be cut off.
std::optional<ip_layout> parse_ip(proto::byte_view packet);

// With the port where the packet has one, else 0.
proto::address source_of(proto::byte_view packet, const ip_layout& layout);
proto::address destination_of(proto::byte_view packet, const ip_layout& layout);

// A segment that asks for a connection: SYN without ACK.
bool is_tcp_connect(proto::byte_view packet, const ip_layout& layout);

// Puts another source (or destination) address and port there, and mends the checksums by
// the difference (RFC 1624), so that a packet that was damaged stays damaged.
void rewrite_source(proto::mutable_byte_view packet, const ip_layout& layout, const proto::address& address);
void rewrite_destination(proto::mutable_byte_view packet, const ip_layout& layout, const proto::address& address);

}  // namespace tern::link_emulator

#include "tools/link/emulator/ip_packet.hpp"

#include "tools/link/emulator/checksum_change.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace tern::link_emulator {

namespace {

constexpr std::size_t v4_header_min = 20;
constexpr std::size_t v6_header = 40;
constexpr std::uint8_t extension_hop_by_hop = 0;
constexpr std::uint8_t extension_routing = 43;
constexpr std::uint8_t extension_fragment = 44;
constexpr std::uint8_t extension_destination = 60;
constexpr std::size_t no_field = 0;

std::uint16_t word_at(proto::byte_view packet, std::size_t at) {
  return static_cast<std::uint16_t>(packet[at] << 8 | packet[at + 1]);
}

void put_word(proto::mutable_byte_view packet, std::size_t at, std::uint16_t value) {
  packet[at] = static_cast<std::uint8_t>(value >> 8);
  packet[at + 1] = static_cast<std::uint8_t>(value);
}

std::optional<ip_layout> parse_v4(proto::byte_view packet) {
  if (packet.size() < v4_header_min) return std::nullopt;
  ip_layout layout;
  layout.header = std::size_t{packet[0] & 0xfU} * 4;
  layout.protocol = packet[9];
  layout.is_first = (word_at(packet, 6) & 0x1fffU) == 0;
  if (layout.header < v4_header_min || layout.header > packet.size()) return std::nullopt;
  return layout;
}

std::optional<ip_layout> parse_v6(proto::byte_view packet) {
  ip_layout layout{.is_v6 = true, .protocol = 0, .header = v6_header, .is_first = true};
  if (packet.size() < v6_header) return std::nullopt;
  layout.protocol = packet[6];
  while (true) {
    const bool is_fragment = layout.protocol == extension_fragment;
    const bool is_options = layout.protocol == extension_hop_by_hop || layout.protocol == extension_routing ||
                            layout.protocol == extension_destination;
    if (!is_fragment && !is_options) return layout;
    if (layout.header + 8 > packet.size()) return std::nullopt;
    const auto extension = packet.subspan(layout.header);
    if (is_fragment && (word_at(extension, 2) & 0xfff8U) != 0) layout.is_first = false;
    layout.protocol = extension[0];
    layout.header += is_fragment ? 8 : (std::size_t{extension[1]} + 1) * 8;
    if (layout.header > packet.size()) return std::nullopt;
    if (!layout.is_first) return layout;
  }
}

bool is_icmp(const ip_layout& layout) {
  return layout.protocol == protocol_icmp || layout.protocol == protocol_icmp_v6;
}

bool is_echo(proto::byte_view packet, const ip_layout& layout) {
  const std::uint8_t type = packet[layout.header];
  if (layout.protocol == protocol_icmp) return type == 0 || type == 8;
  return layout.protocol == protocol_icmp_v6 && (type == 128 || type == 129);
}

enum class side { source, destination };

// Where the port of that side is; no_field: nowhere.
std::size_t port_field(proto::byte_view packet, const ip_layout& layout, side which) {
  if (!layout.is_first || layout.header + 8 > packet.size()) return no_field;
  if (layout.protocol == protocol_tcp || layout.protocol == protocol_udp) {
    return layout.header + (which == side::source ? 0 : 2);
  }
  return is_echo(packet, layout) ? layout.header + 4 : no_field;
}

std::size_t checksum_field(proto::byte_view packet, const ip_layout& layout) {
  if (!layout.is_first) return no_field;
  std::size_t at = no_field;
  if (layout.protocol == protocol_tcp) at = layout.header + 16;
  if (layout.protocol == protocol_udp) at = layout.header + 6;
  if (is_icmp(layout)) at = layout.header + 2;
  return at + 2 <= packet.size() ? at : no_field;
}

proto::address address_of(proto::byte_view packet, const ip_layout& layout, side which) {
  const std::size_t at = which == side::source ? layout.source() : layout.destination();
  proto::address result = layout.is_v6 ? proto::address{} : proto::address::v4(0, 0, 0, 0, 0);
  std::copy_n(packet.begin() + static_cast<std::ptrdiff_t>(at), layout.address_size(),
              result.ip.end() - static_cast<std::ptrdiff_t>(layout.address_size()));
  if (const std::size_t port = port_field(packet, layout, which); port != no_field) result.port = word_at(packet, port);
  return result;
}

void change_word(proto::mutable_byte_view packet, std::size_t at, std::uint16_t value, checksum_change& change) {
  change.replace(word_at(packet, at), value);
  put_word(packet, at, value);
}

void mend(proto::mutable_byte_view packet, std::size_t at, const checksum_change& change) {
  put_word(packet, at, change.applied_to(word_at(packet, at)));
}

void mend_transport(proto::mutable_byte_view packet, const ip_layout& layout, const checksum_change& change) {
  const std::size_t at = checksum_field(packet, layout);
  if (at == no_field) return;
  // RFC 768: 0 says that there is none, and one that comes out as 0 is sent as all ones.
  if (layout.protocol == protocol_udp && word_at(packet, at) == 0) return;
  mend(packet, at, change);
  if (layout.protocol == protocol_udp && word_at(packet, at) == 0) put_word(packet, at, 0xffff);
}

void rewrite(proto::mutable_byte_view packet, const ip_layout& layout, side which, const proto::address& address) {
  checksum_change of_addresses;
  const std::size_t at = which == side::source ? layout.source() : layout.destination();
  const auto octets = std::span{address.ip}.last(layout.address_size());
  for (std::size_t i = 0; i < octets.size(); i += 2) change_word(packet, at + i, word_at(octets, i), of_addresses);
  if (!layout.is_v6) mend(packet, 10, of_addresses);
  // The pseudo header of TCP, UDP and ICMPv6 has the addresses; ICMP has none.
  checksum_change of_transport = layout.protocol == protocol_icmp ? checksum_change{} : of_addresses;
  const std::size_t port = port_field(packet, layout, which);
  if (port != no_field) change_word(packet, port, address.port, of_transport);
  mend_transport(packet, layout, of_transport);
}

}  // namespace

std::optional<ip_layout> parse_ip(proto::byte_view packet) {
  if (packet.empty()) return std::nullopt;
  switch (packet[0] >> 4) {
    case 4:
      return parse_v4(packet);
    case 6:
      return parse_v6(packet);
    default:
      return std::nullopt;
  }
}

proto::address source_of(proto::byte_view packet, const ip_layout& layout) {
  return address_of(packet, layout, side::source);
}

proto::address destination_of(proto::byte_view packet, const ip_layout& layout) {
  return address_of(packet, layout, side::destination);
}

bool is_tcp_connect(proto::byte_view packet, const ip_layout& layout) {
  if (layout.protocol != protocol_tcp || !layout.is_first || layout.header + 14 > packet.size()) return false;
  constexpr unsigned syn = 0x02;
  constexpr unsigned ack = 0x10;
  return (packet[layout.header + 13] & (syn | ack)) == syn;
}

void rewrite_source(proto::mutable_byte_view packet, const ip_layout& layout, const proto::address& address) {
  rewrite(packet, layout, side::source, address);
}

void rewrite_destination(proto::mutable_byte_view packet, const ip_layout& layout, const proto::address& address) {
  rewrite(packet, layout, side::destination, address);
}

}  // namespace tern::link_emulator

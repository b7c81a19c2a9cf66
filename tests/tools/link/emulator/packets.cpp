#include "tests/tools/link/emulator/packets.hpp"

#include <algorithm>

namespace tern::link_emulator {

namespace {

void put(proto::bytes& to, std::initializer_list<unsigned> octets) {
  for (const unsigned each : octets) to.push_back(static_cast<std::uint8_t>(each));
}

void put_word(proto::bytes& to, unsigned value) { put(to, {value >> 8, value & 0xff}); }

void put_address(proto::bytes& to, const proto::address& address) {
  to.insert(to.end(), address.ip.begin() + (address.is_v4() ? 12 : 0), address.ip.end());
}

// RFC 1071, the plain way.
std::uint16_t sum(proto::byte_view octets, std::uint32_t start = 0) {
  std::uint32_t total = start;
  for (std::size_t i = 0; i < octets.size(); ++i) total += i % 2 == 0 ? octets[i] * 256U : octets[i];
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return static_cast<std::uint16_t>(total);
}

std::size_t header_size(proto::byte_view packet) { return packet[0] >> 4 == 6 ? 40 : (packet[0] & 0xfU) * 4U; }
std::uint8_t protocol_of(proto::byte_view packet) { return packet[0] >> 4 == 6 ? packet[6] : packet[9]; }

// Of pseudo header (where there is one) and payload.
std::uint16_t transport_sum(proto::byte_view packet) {
  const auto payload = packet.subspan(header_size(packet));
  if (protocol_of(packet) == 1) return sum(payload);
  const auto addresses = packet[0] >> 4 == 6 ? packet.subspan(8, 32) : packet.subspan(12, 8);
  const auto pseudo = static_cast<std::uint32_t>(sum(addresses) + protocol_of(packet) + payload.size());
  return sum(payload, pseudo);
}

std::size_t checksum_at(std::uint8_t protocol) { return protocol == 17 ? 6 : protocol == 6 ? 16 : 2; }

proto::bytes transport_header(const packet_shape& shape) {
  proto::bytes header;
  if (shape.protocol == 17) {
    put_word(header, shape.source.port);
    put_word(header, shape.destination.port);
    put_word(header, static_cast<unsigned>(8 + shape.payload));
    put_word(header, 0);
  } else if (shape.protocol == 6) {
    put_word(header, shape.source.port);
    put_word(header, shape.destination.port);
    put(header, {1, 2, 3, 4, 5, 6, 7, 8, 0x50, shape.flags, 0xff, 0xff, 0, 0, 0, 0});
  } else {
    put(header, {shape.protocol == 1 ? 8U : 128U, 0, 0, 0});
    put_word(header, shape.source.port);
    put_word(header, 1);
  }
  return header;
}

}  // namespace

proto::bytes make_packet(const packet_shape& shape) {
  proto::bytes transport = transport_header(shape);
  for (std::size_t i = 0; i < shape.payload; ++i) transport.push_back(static_cast<std::uint8_t>(i * 7 + 1));
  proto::bytes packet;
  if (shape.source.is_v4()) {
    put(packet, {0x45, 0});
    put_word(packet, static_cast<unsigned>(20 + transport.size()));
    put(packet, {0x12, 0x34, 0x40, 0, 64, shape.protocol, 0, 0});
  } else {
    put(packet, {0x60, 0, 0, 0});
    put_word(packet, static_cast<unsigned>(transport.size()));
    put(packet, {shape.protocol, 64});
  }
  put_address(packet, shape.source);
  put_address(packet, shape.destination);
  if (shape.source.is_v4()) {
    const auto header = static_cast<std::uint16_t>(~sum(packet));
    packet[10] = static_cast<std::uint8_t>(header >> 8);
    packet[11] = static_cast<std::uint8_t>(header);
  }
  const std::size_t at = packet.size() + checksum_at(shape.protocol);
  packet.insert(packet.end(), transport.begin(), transport.end());
  if (!shape.has_checksum) return packet;
  auto checksum = static_cast<std::uint16_t>(~transport_sum(packet));
  if (checksum == 0 && shape.protocol == 17) checksum = 0xffff;
  packet[at] = static_cast<std::uint8_t>(checksum >> 8);
  packet[at + 1] = static_cast<std::uint8_t>(checksum);
  return packet;
}

proto::bytes make_port_unreachable(proto::byte_view cause) {
  const bool is_v4 = cause[0] >> 4 == 4;
  proto::address from;
  proto::address to;
  const std::size_t size = is_v4 ? 4 : 16;
  if (is_v4) from = to = proto::address::v4(0, 0, 0, 0, 0);
  std::copy_n(cause.begin() + (is_v4 ? 16 : 24), size, from.ip.end() - static_cast<std::ptrdiff_t>(size));
  std::copy_n(cause.begin() + (is_v4 ? 12 : 8), size, to.ip.end() - static_cast<std::ptrdiff_t>(size));
  const auto protocol = static_cast<std::uint8_t>(is_v4 ? 1 : 58);
  proto::bytes packet = make_packet({.source = from, .destination = to, .protocol = protocol, .payload = cause.size()});
  const std::size_t icmp = header_size(packet);
  packet[icmp] = is_v4 ? 3 : 1;
  packet[icmp + 1] = is_v4 ? 3 : 4;
  std::fill_n(packet.begin() + static_cast<std::ptrdiff_t>(icmp + 2), 6, std::uint8_t{0});
  std::copy(cause.begin(), cause.end(), packet.begin() + static_cast<std::ptrdiff_t>(icmp + 8));
  const auto checksum = static_cast<std::uint16_t>(~transport_sum(packet));
  packet[icmp + 2] = static_cast<std::uint8_t>(checksum >> 8);
  packet[icmp + 3] = static_cast<std::uint8_t>(checksum);
  return packet;
}

bool is_sound(proto::byte_view packet) {
  const bool is_v4 = packet[0] >> 4 == 4;
  if (is_v4 && sum(packet.first(header_size(packet))) != 0xffff) return false;
  const std::size_t at = header_size(packet) + checksum_at(protocol_of(packet));
  const bool has_none = protocol_of(packet) == 17 && packet[at] == 0 && packet[at + 1] == 0;
  return has_none || transport_sum(packet) == 0xffff;
}

}  // namespace tern::link_emulator

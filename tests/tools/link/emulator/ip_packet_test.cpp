#include "tools/link/emulator/ip_packet.hpp"

#include "proto/random.hpp"
#include "tests/tools/link/emulator/packets.hpp"
#include "tools/link/emulator/link_addresses.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace tern::link_emulator {
namespace {

constexpr link_addresses addresses{7};

proto::address at(proto::address address, std::uint16_t port) {
  address.port = port;
  return address;
}

packet_shape v4_shape(std::uint8_t protocol) {
  return {.source = at(addresses.inner_v4(), 4000), .destination = at(addresses.far_v4(), 7777), .protocol = protocol};
}

packet_shape v6_shape(std::uint8_t protocol) {
  return {.source = at(addresses.inner_v6(), 4000), .destination = at(addresses.far_v6(), 7777), .protocol = protocol};
}

TEST(IpPacket, SaysWhoTalksToWhom) {
  for (const auto& shape : {v4_shape(protocol_udp), v4_shape(protocol_tcp), v6_shape(protocol_udp)}) {
    const auto packet = make_packet(shape);
    const auto layout = parse_ip(packet);
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->protocol, shape.protocol);
    EXPECT_EQ(source_of(packet, *layout), shape.source);
    EXPECT_EQ(destination_of(packet, *layout), shape.destination);
  }
}

TEST(IpPacket, FindsUdpBehindExtensionHeaders) {
  auto packet = make_packet(v6_shape(protocol_udp));
  const std::uint8_t options[8] = {protocol_udp, 0, 1, 4, 0, 0, 0, 0};
  packet[6] = 60;
  packet.insert(packet.begin() + 40, std::begin(options), std::end(options));
  const auto layout = parse_ip(packet);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->protocol, protocol_udp);
  EXPECT_EQ(source_of(packet, *layout).port, 4000);
}

TEST(IpPacket, LaterFragmentsHaveAProtocolAndNoPorts) {
  auto packet = make_packet(v4_shape(protocol_udp));
  packet[7] = 10;
  const auto layout = parse_ip(packet);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->protocol, protocol_udp);
  EXPECT_EQ(source_of(packet, *layout).port, 0);
}

TEST(IpPacket, TellsARequestToConnectFromOtherSegments) {
  const auto is_request = [](std::uint8_t flags) {
    auto shape = v4_shape(protocol_tcp);
    shape.flags = flags;
    const auto packet = make_packet(shape);
    return is_tcp_connect(packet, *parse_ip(packet));
  };
  EXPECT_TRUE(is_request(0x02));
  EXPECT_TRUE(is_request(0xc2));   // with ECN
  EXPECT_FALSE(is_request(0x12));  // SYN and ACK
  EXPECT_FALSE(is_request(0x10));
}

TEST(IpPacket, WhatIsCutOffIsNoPacketOrHasNoPorts) {
  for (const auto& shape : {v4_shape(protocol_tcp), v6_shape(protocol_udp), v6_shape(protocol_icmp_v6)}) {
    const auto whole = make_packet(shape);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      proto::bytes cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
      const auto layout = parse_ip(cut);
      if (!layout) continue;
      rewrite_source(cut, *layout, shape.destination);
      EXPECT_EQ(cut.size(), size);
    }
  }
}

TEST(IpPacket, AnyOctetsAreParsedOrNot) {
  proto::random source{42};
  for (int i = 0; i < 200'000; ++i) {
    proto::bytes noise(source.below(80));
    for (auto& each : noise) each = static_cast<std::uint8_t>(source.next());
    if (!noise.empty() && source.chance(0.9)) noise[0] = source.chance(0.5) ? 0x45 : 0x60;
    const auto layout = parse_ip(noise);
    if (!layout) continue;
    const auto from = source_of(noise, *layout);
    is_tcp_connect(noise, *layout);
    rewrite_source(noise, *layout, from);
    rewrite_destination(noise, *layout, destination_of(noise, *layout));
  }
}

TEST(IpPacket, RewritingKeepsTheChecksumsRight) {
  proto::random source{43};
  for (const auto& shape : {v4_shape(protocol_udp), v4_shape(protocol_tcp), v4_shape(protocol_icmp),
                            v6_shape(protocol_udp), v6_shape(protocol_tcp), v6_shape(protocol_icmp_v6)}) {
    for (int i = 0; i < 2000; ++i) {
      auto packet = make_packet(shape);
      ASSERT_TRUE(is_sound(packet));
      const auto layout = *parse_ip(packet);
      const auto host = static_cast<std::uint8_t>(source.between(1, 254));
      const auto outer = at(layout.is_v6 ? addresses.v6(host) : addresses.v4(host),
                            static_cast<std::uint16_t>(source.between(1, 65535)));
      rewrite_source(packet, layout, outer);
      EXPECT_EQ(source_of(packet, layout), outer);
      EXPECT_TRUE(is_sound(packet));
      rewrite_source(packet, layout, shape.source);
      EXPECT_EQ(packet, make_packet(shape));
    }
  }
}

TEST(IpPacket, RewritingDoesNotMendADamagedPacket) {
  auto packet = make_packet(v4_shape(protocol_udp));
  packet.back() ^= 0x10;
  rewrite_source(packet, *parse_ip(packet), at(addresses.v4(9), 1234));
  EXPECT_FALSE(is_sound(packet));
}

TEST(IpPacket, UdpWithoutAChecksumStaysWithout) {
  auto shape = v4_shape(protocol_udp);
  shape.has_checksum = false;
  auto packet = make_packet(shape);
  rewrite_source(packet, *parse_ip(packet), at(addresses.v4(9), 1234));
  EXPECT_EQ(packet[26], 0);
  EXPECT_EQ(packet[27], 0);
}

}  // namespace
}  // namespace tern::link_emulator

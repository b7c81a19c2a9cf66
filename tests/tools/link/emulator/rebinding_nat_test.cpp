#include "tools/link/emulator/rebinding_nat.hpp"

#include "tests/tools/link/emulator/packets.hpp"

#include <gtest/gtest.h>
#include <set>

namespace tern::link_emulator {
namespace {

using namespace std::chrono_literals;

constexpr link_addresses addresses{7};
constexpr proto::time_point start{1h};

proto::address at(proto::address address, std::uint16_t port) {
  address.port = port;
  return address;
}

proto::address sent_through(rebinding_nat& nat, proto::time_point now, std::uint16_t inner_port,
                            std::uint8_t protocol = protocol_udp) {
  auto packet = make_packet({.source = at(addresses.inner_v4(), inner_port),
                             .destination = at(addresses.far_v4(), 7777),
                             .protocol = protocol});
  nat.translate_out(now, packet, *parse_ip(packet));
  EXPECT_TRUE(is_sound(packet));
  return source_of(packet, *parse_ip(packet));
}

// Where an answer to `outer` comes out; nothing: nowhere.
std::optional<proto::address> answered(rebinding_nat& nat, proto::time_point now, const proto::address& outer,
                                       std::uint8_t protocol = protocol_udp) {
  auto packet = make_packet({.source = at(addresses.far_v4(), 7777), .destination = outer, .protocol = protocol});
  if (!nat.translate_in(now, packet, *parse_ip(packet))) return std::nullopt;
  EXPECT_TRUE(is_sound(packet));
  return destination_of(packet, *parse_ip(packet));
}

TEST(RebindingNat, ChangesNothingBeforeItsFirstRebinding) {
  rebinding_nat nat{{.port_every = 5s, .address_every = {}}, start, addresses};
  EXPECT_EQ(sent_through(nat, start + 4s, 4000), at(addresses.inner_v4(), 4000));
  EXPECT_EQ(answered(nat, start + 4s, at(addresses.inner_v4(), 4000)), at(addresses.inner_v4(), 4000));
}

TEST(RebindingNat, GivesAnotherPortEachTimeAndForgetsTheOldOne) {
  rebinding_nat nat{{.port_every = 5s, .address_every = {}}, start, addresses};
  std::set<std::uint16_t> ports{sent_through(nat, start, 4000).port};
  proto::address before;
  for (int period = 1; period <= 10; ++period) {
    const auto now = start + period * 5s;
    const auto outer = sent_through(nat, now, 4000);
    EXPECT_EQ(outer.ip, addresses.inner_v4().ip);
    EXPECT_TRUE(ports.insert(outer.port).second);
    EXPECT_EQ(sent_through(nat, now + 1s, 4000), outer);
    EXPECT_EQ(answered(nat, now, outer), at(addresses.inner_v4(), 4000));
    EXPECT_TRUE(period == 1 || !answered(nat, now, before));
    before = outer;
  }
  EXPECT_EQ(nat.rebindings(), 10U);
}

TEST(RebindingNat, AnAnswerNeedsAMapping) {
  rebinding_nat nat{{.port_every = 5s, .address_every = {}}, start, addresses};
  EXPECT_FALSE(answered(nat, start + 5s, at(addresses.inner_v4(), 4000)));
}

TEST(RebindingNat, FlowsAndProtocolsHavePortsOfTheirOwn) {
  rebinding_nat nat{{.port_every = 5s, .address_every = {}}, start, addresses};
  const auto now = start + 5s;
  const auto one = sent_through(nat, now, 4000);
  const auto other = sent_through(nat, now, 4001);
  const auto stream = sent_through(nat, now, 4000, protocol_tcp);
  EXPECT_NE(one.port, other.port);
  EXPECT_EQ(answered(nat, now, one)->port, 4000);
  EXPECT_EQ(answered(nat, now, other)->port, 4001);
  EXPECT_EQ(answered(nat, now, stream, protocol_tcp)->port, 4000);
}

TEST(RebindingNat, MovesTheAddressAndHearsOnlyTheNewOne) {
  rebinding_nat nat{{.port_every = {}, .address_every = 5s}, start, addresses};
  const auto first = sent_through(nat, start + 5s, 4000);
  const auto second = sent_through(nat, start + 10s, 4000);
  EXPECT_EQ(first.ip, addresses.v4(3).ip);
  EXPECT_EQ(second.ip, addresses.v4(4).ip);
  EXPECT_FALSE(answered(nat, start + 10s, first));
  EXPECT_EQ(answered(nat, start + 10s, second), at(addresses.inner_v4(), 4000));
}

TEST(RebindingNat, AnErrorSaysWhichInnerPacketCausedIt) {
  rebinding_nat nat{{.port_every = 5s, .address_every = {}}, start, addresses};
  for (const bool is_v6 : {false, true}) {
    const packet_shape shape{.source = at(is_v6 ? addresses.inner_v6() : addresses.inner_v4(), 4000),
                             .destination = at(is_v6 ? addresses.far_v6() : addresses.far_v4(), 9)};
    auto sent = make_packet(shape);
    nat.translate_out(start + 5s, sent, *parse_ip(sent));
    auto error = make_port_unreachable(sent);
    ASSERT_TRUE(is_sound(error));
    ASSERT_TRUE(nat.translate_in(start + 5s, error, *parse_ip(error)));
    EXPECT_TRUE(is_sound(error));
    EXPECT_EQ(error, make_port_unreachable(make_packet(shape)));
    EXPECT_FALSE(nat.translate_in(start + 10s, error, *parse_ip(error)));
  }
}

TEST(RebindingNat, NeverRunsOutOfPorts) {
  rebinding_nat nat{{.port_every = 5s, .address_every = {}}, start, addresses};
  for (std::uint32_t port = 1; port < 65536; ++port) {
    const auto inner = static_cast<std::uint16_t>(port);
    const auto outer = sent_through(nat, start + 5s, inner);
    ASSERT_EQ(answered(nat, start + 5s, outer)->port, inner);
  }
}

}  // namespace
}  // namespace tern::link_emulator

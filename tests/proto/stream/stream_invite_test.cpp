// A private relay on a stream, and a key that is replaced: as over UDP, where it fits.
#include "tests/proto/stream/stream_pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

invite made(std::uint8_t number) {
  byte_array<32> octets{};
  octets.fill(number);
  return {invite_id{{number}}, secret<32>{octets}};
}

struct PrivateStream : testing::Test {
  static endpoint_config closed_to_strangers() {
    endpoint_config config;
    config.is_private = true;
    return config;
  }
  PrivateStream() {
    std::vector<invite> good;
    good.push_back(made(1));
    link.relay().set_invites(std::move(good), link.now());
  }
  connection_handle connect(std::optional<std::uint8_t> number) {
    connect_options options;
    options.relay_key = link.relay_public_key();
    if (number) options.invite = std::make_shared<const invite>(made(*number));
    return link.connect_with(std::move(options));
  }
  bool connects() {
    return link.run_until([&] { return stream_pair::find<connected>(link.client_events()) != nullptr; }, 15s);
  }
  stream_pair link{1, {}, {}, closed_to_strangers()};
};

TEST_F(PrivateStream, LetsInWhoHoldsAnInvite) {
  connect(1);
  EXPECT_TRUE(connects());
}

TEST_F(PrivateStream, ClosesOnEverybodyElseWithoutAnOctet) {
  for (const std::optional<std::uint8_t> shown : {std::optional<std::uint8_t>{}, std::optional<std::uint8_t>{2}}) {
    connect(shown);
    EXPECT_FALSE(connects());
    EXPECT_EQ(link.sent_by_relay.size(), 0U);
    EXPECT_EQ(link.relay().connection_count(), 0U);
  }
  link.connect(false);
  EXPECT_FALSE(connects());
  EXPECT_EQ(link.sent_by_relay.size(), 0U);
  EXPECT_EQ(link.relay().counters().uninvited, 3U);
}

TEST_F(PrivateStream, IsClosedWhereItsInviteIsRevoked) {
  connect(1);
  ASSERT_TRUE(connects());
  link.run_for(100ms);
  link.relay().set_invites({}, link.now());
  link.run_for(1s);
  ASSERT_NE(stream_pair::find<closed>(link.client_events()), nullptr);
  EXPECT_EQ(stream_pair::find<closed>(link.client_events())->reason, "the invite was revoked");
}

struct RolledStream : testing::Test {
  test::seeded_entropy source{6};
  std::shared_ptr<const x25519_keypair> other = std::make_shared<const x25519_keypair>(x25519_keypair::draw(source));
  endpoint_config with_next() {
    endpoint_config config;
    config.next_key = other;
    return config;
  }
};

TEST_F(RolledStream, TheNextKeyIsAnnouncedAndGood) {
  stream_pair link{1, {}, {}, with_next()};
  link.connect();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<relay_key_announced>(link.client_events()) != nullptr; }));
  EXPECT_EQ(stream_pair::find<relay_key_announced>(link.client_events())->next, other->public_part());
  link.client_events().clear();
  connect_options options;
  options.relay_key = other->public_part();
  link.connect_with(std::move(options));
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<connected>(link.client_events()) != nullptr; }));
  EXPECT_EQ(stream_pair::find<relay_key_announced>(link.client_events()), nullptr);
}

TEST(StreamToken, IsGivenForLaterConnectionsOverUdp) {
  stream_pair link;
  link.connect();
  EXPECT_TRUE(link.run_until([&] { return stream_pair::find<token_given>(link.client_events()) != nullptr; }));
}

TEST(StreamLifetime, AfterADayAConnectionIsOutworn) {
  stream_pair link;
  const connection_handle handle = link.connect();
  ASSERT_TRUE(link.run_until([&] { return stream_pair::find<connected>(link.client_events()) != nullptr; }));
  link.client().keep_alive(handle, true, link.now());
  link.run_for(25h);
  EXPECT_EQ(stream_pair::count<outworn>(link.client_events()), 1U);
  EXPECT_EQ(stream_pair::count<closed>(link.client_events()), 0U);
}

}  // namespace
}  // namespace tern::proto

// A relay's key is replaced: the next one is announced under the old one, and for a while both
// are good.
#include "tests/proto/endpoint/pair.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

struct KeyRollOver : testing::Test {
  KeyRollOver() { link.base.relay_key = link.relay_public_key(); }

  // Before the switch the new key is announced only; after it, it is shown.
  void announce() {
    link.restart_relay([this](endpoint_config& config) { config.next_key = fresh; });
  }
  void change_over() {
    link.restart_relay([this](endpoint_config& config) {
      config.previous_key = config.relay_key;
      config.relay_key = fresh;
      config.next_key.reset();
    });
  }
  void forget_the_old_one() {
    link.restart_relay([](endpoint_config& config) { config.previous_key.reset(); });
  }
  // Under link.base.relay_key.
  bool connects(duration limit = 8s) {
    link.client_events().clear();
    link.client().connect(link.now(), link.relay_path, with_identity());
    return link.run_until([&] { return pair::find<connected>(link.client_events()) != nullptr; }, limit);
  }
  connect_options with_identity() {
    connect_options options = link.base;
    options.self = self;
    return options;
  }
  const relay_key_announced* announced() { return pair::find<relay_key_announced>(link.client_events()); }

  pair link;
  test::seeded_entropy source{8};
  std::shared_ptr<const identity> self = std::make_shared<const identity>(identity::draw(source));
  std::shared_ptr<const x25519_keypair> fresh = std::make_shared<const x25519_keypair>(x25519_keypair::draw(source));
};

TEST_F(KeyRollOver, NothingIsAnnouncedWithoutNeed) {
  ASSERT_TRUE(connects());
  EXPECT_EQ(announced(), nullptr);
}

TEST_F(KeyRollOver, TheNextKeyIsAnnouncedUnderTheOldOneAndGoodAlready) {
  announce();
  ASSERT_TRUE(connects());
  ASSERT_NE(announced(), nullptr);
  EXPECT_EQ(announced()->known, link.relay_public_key());
  EXPECT_EQ(announced()->next, fresh->public_part());
  link.base.relay_key = fresh->public_part();
  ASSERT_TRUE(connects());
  EXPECT_EQ(announced(), nullptr) << "there is none after it";
}

TEST_F(KeyRollOver, AfterTheSwitchOldAndNewClientsGetIn) {
  change_over();
  ASSERT_TRUE(connects());
  ASSERT_NE(announced(), nullptr) << "whoever was away learns of it now";
  EXPECT_EQ(announced()->next, fresh->public_part());
  link.base.relay_key = fresh->public_part();
  ASSERT_TRUE(connects());
  EXPECT_EQ(announced(), nullptr);
}

TEST_F(KeyRollOver, AStrangerIsShownTheNewKeyAfterTheSwitch) {
  change_over();
  link.base.relay_key.reset();
  link.client().connect(link.now(), link.relay_path, with_identity());
  link.run_for(1s);
  ASSERT_NE(pair::find<relay_key_offered>(link.client_events()), nullptr);
  EXPECT_EQ(pair::find<relay_key_offered>(link.client_events())->key, fresh->public_part());
}

TEST_F(KeyRollOver, UnderLoadBothGetInByARetry) {
  change_over();
  link.restart_relay([](endpoint_config& config) { config.admission.retry_rate = 0; });
  EXPECT_TRUE(connects());
  link.base.relay_key = fresh->public_part();
  EXPECT_TRUE(connects());
  EXPECT_EQ(link.relay().counters().retries_sent, 2U);
  EXPECT_EQ(pair::find<relay_key_changed>(link.client_events()), nullptr);
}

TEST_F(KeyRollOver, AClientThatMissedItAllIsToldOfAnotherKey) {
  change_over();
  forget_the_old_one();
  EXPECT_FALSE(connects());
  EXPECT_NE(pair::find<relay_key_changed>(link.client_events()), nullptr);
}

// Only REPLY announces, and only the holder of the key makes one that opens.
TEST_F(KeyRollOver, AForgedAnnouncementChangesNothing) {
  announce();
  int seen = 0;
  link.to_client = [&](bytes& datagram) {
    if (seen++ == 0) datagram[datagram.size() / 2] ^= 1U;
    return true;
  };
  link.client().connect(link.now(), link.relay_path, with_identity());
  link.run_for(500ms);
  EXPECT_EQ(announced(), nullptr);
  EXPECT_EQ(link.client().counters().retry_forged, 1U);
}

TEST_F(KeyRollOver, AnImpostorWithAnotherKeyCannotAnnounceAnything) {
  link.restart_relay([this](endpoint_config& config) {
    test::seeded_entropy other{9};
    config.relay_key = std::make_shared<const x25519_keypair>(x25519_keypair::draw(other));
    config.next_key = fresh;
  });
  EXPECT_FALSE(connects());
  EXPECT_EQ(announced(), nullptr);
  EXPECT_NE(pair::find<relay_key_changed>(link.client_events()), nullptr);
}

}  // namespace
}  // namespace tern::proto

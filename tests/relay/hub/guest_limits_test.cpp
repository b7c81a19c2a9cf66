// What the guests of one address prefix may do together, at the limit and one above.
#include "proto/address.hpp"
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const address_prefix here = proto::address::v4(192, 0, 2, 1, 1000).limit_prefix();
const address_prefix elsewhere = proto::address::v4(192, 0, 2, 2, 1000).limit_prefix();

struct GuestLimits : ::testing::Test {
  hub_limits limits = roomy_limits();
  std::unique_ptr<world> made;
  world& relay() {
    if (!made) made = std::make_unique<world>(limits);
    return *made;
  }
  peer_id guest(std::uint8_t person, const address_prefix& from = here, std::string room = "lobby") {
    const peer_id id = relay().connect(person, false, from);
    relay().bind_room(id, 1, std::move(room));
    return id;
  }
  peer_id named(std::uint8_t person, const char* name) {
    const peer_id id = guest(person);
    relay().send(id, chat::control_lane, chat::claim_name{name});
    relay().settle();
    return id;
  }
  void say(peer_id who, std::uint64_t counter, std::string_view text = "x") {
    relay().say(who, 1, counter, text);
    relay().settle();
  }
  std::size_t committed(peer_id who) { return relay().all<chat::committed>(who).size(); }
};

TEST_F(GuestLimits, OfOneAddressShareARateOfMessages) {
  limits.prefix_guest_messages_rate = 10;
  limits.prefix_guest_messages_burst = 2;
  const peer_id one = guest(1);
  const peer_id two = guest(2);
  const peer_id visitor = relay().connect_text(here);
  relay().bind_room(visitor, 1, "lobby");
  say(one, 0);
  say(two, 0);
  say(visitor, 0);
  const auto refusal = relay().one<chat::refused>(visitor);
  EXPECT_EQ(refusal.reason, chat::refusal::rate);
  EXPECT_EQ(refusal.retry_after, 100ms);
  EXPECT_EQ(relay().relay().counters().guest_messages, 1U);
  const peer_id far = guest(3, elsewhere);
  say(far, 0);
  EXPECT_EQ(committed(far), 1U) << "another address";
  relay().advance(refusal.retry_after);
  say(visitor, 0);
  EXPECT_EQ(committed(visitor), 1U);
}

TEST_F(GuestLimits, DoNotHoldForWhoHasAName) {
  limits.prefix_guest_messages_rate = 10;
  limits.prefix_guest_messages_burst = 2;  // her claim was one of a guest
  const peer_id anna = named(1, "anna");
  for (std::uint64_t i = 0; i < 5; ++i) say(anna, i);
  EXPECT_EQ(committed(anna), 5U);
  const peer_id one = guest(2);
  say(one, 0);
  EXPECT_EQ(committed(one), 1U) << "nor does what they say count";
}

TEST_F(GuestLimits, OfOneAddressShareARateOfBytes) {
  limits.prefix_guest_bytes_rate = 1000;
  limits.prefix_guest_bytes_burst = 1000;
  const peer_id one = guest(1);
  const peer_id two = guest(2);
  say(one, 0, std::string(1000, 'x'));
  say(two, 0, "y");
  EXPECT_EQ(relay().one<chat::refused>(two).retry_after, 1ms);
  EXPECT_EQ(relay().relay().counters().guest_bytes, 1U);
}

TEST_F(GuestLimits, OfOneAddressBeginSoManyRoomsADay) {
  limits.prefix_guest_logs = 2;
  for (std::uint8_t i = 1; i <= 2; ++i) say(guest(i, here, "room-" + std::to_string(i)), 0);
  const peer_id third = guest(3, here, "room-3");
  say(third, 0);
  const auto refusal = relay().one<chat::refused>(third);
  EXPECT_EQ(refusal.reason, chat::refusal::rate);
  EXPECT_EQ(refusal.retry_after, 12h);
  EXPECT_EQ(relay().relay().counters().guest_logs, 1U);
  const peer_id fourth = guest(4, here, "room-1");
  say(fourth, 0);
  EXPECT_EQ(committed(fourth), 1U) << "it has begun";
  const peer_id far = guest(5, elsewhere, "room-3");
  say(far, 0);
  EXPECT_EQ(committed(far), 1U);
}

TEST_F(GuestLimits, OfOneAddressClaimSoManyNamesADay) {
  limits.prefix_guest_names = 1;
  named(1, "anna");
  const peer_id second = named(2, "ben");
  const auto refusal = relay().one<chat::failed>(second);
  EXPECT_EQ(refusal.reason, chat::refusal::rate);
  EXPECT_EQ(refusal.retry_after, 24h);
  EXPECT_EQ(relay().relay().counters().guest_names, 1U);
  EXPECT_THAT(relay().all<chat::failed>(named(1, "anne")), IsEmpty()) << "who has a name takes another";
}

TEST_F(GuestLimits, OfOneAddressKeepSoManyEmptyRoomsOpen) {
  limits.prefix_guest_open_rooms = 2;
  guest(1, here, "a");
  const peer_id two = guest(2, here, "b");
  const peer_id third = guest(3, here, "c");
  EXPECT_EQ(relay().one<chat::unbound>(third).reason, chat::refusal::room_full);
  EXPECT_EQ(relay().relay().counters().guest_rooms_open, 1U);
  relay().bind_room(third, 2, "a");
  EXPECT_THAT(relay().all<chat::bound>(third), SizeIs(1)) << "it is open already";
  relay().disconnect(two);
  relay().bind_room(third, 3, "c");
  EXPECT_THAT(relay().all<chat::bound>(third), SizeIs(2));
}

TEST_F(GuestLimits, OfOneAddressCannotKeepMoreOpenByTakingThemOver) {
  limits.prefix_guest_open_rooms = 2;
  const peer_id maker = guest(1, here, "a");
  const peer_id heir = guest(2, here, "a");
  relay().bind_room(heir, 2, "b");
  relay().disconnect(maker);
  const peer_id third = guest(3, here, "c");
  EXPECT_EQ(relay().one<chat::unbound>(third).reason, chat::refusal::room_full);
  relay().bind_room(guest(4, elsewhere, "c"), 2, "b");
  relay().bind_room(third, 2, "c");
  EXPECT_THAT(relay().all<chat::unbound>(third), SizeIs(2)) << "that somebody elsewhere made it changes nothing";
}

TEST_F(GuestLimits, DoNotCountRoomsInWhichSomethingWasSaid) {
  limits.prefix_guest_open_rooms = 1;
  const peer_id one = guest(1, here, "a");
  say(one, 0);
  relay().bind_room(one, 2, "b");
  EXPECT_THAT(relay().all<chat::bound>(one), SizeIs(2));
  relay().bind_room(one, 3, "c");
  EXPECT_EQ(relay().one<chat::unbound>(one).reason, chat::refusal::room_full);
  relay().disconnect(one);
  guest(2, here, "c");
  EXPECT_THAT(relay().all<chat::unbound>(guest(3, here, "a")), IsEmpty());
}

TEST_F(GuestLimits, MakeGuestsOfAnAddressWaitWhoTryForRightsTooOften) {
  limits.prefix_guest_denials = 3;
  const peer_id anna = named(9, "anna");
  relay().bind_room(anna, 2, "den");
  relay().say(anna, 2, 0, "mine");
  relay().settle();
  relay().send(anna, world::lane(2), chat::change{.request = 1, .what = chat::change_kind::kind, .value = 1});
  relay().settle();
  for (std::uint8_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(relay().one<chat::unbound>(guest(i, here, "den")).reason, chat::refusal::no_such);
  }
  const auto refusal = relay().one<chat::unbound>(guest(4, here, "den"));
  EXPECT_EQ(refusal.reason, chat::refusal::rate);
  EXPECT_EQ(refusal.retry_after, 5min);
  EXPECT_EQ(relay().one<chat::unbound>(guest(5, elsewhere, "den")).reason, chat::refusal::no_such);
}

TEST_F(GuestLimits, AreRememberedForNoMoreAddressesThatAreGoneThanTheMaximum) {
  limits.prefix_guest_logs = 1;
  limits.remembered_prefixes_max = 2;
  const auto prefix = [](std::uint8_t last) { return proto::address::v4(192, 0, 2, last, 1).limit_prefix(); };
  const auto begins = [&](std::uint8_t person, std::uint64_t counter) {
    const peer_id id = guest(person, prefix(person), "room-" + std::to_string(person) + "-" + std::to_string(counter));
    say(id, counter);
    const bool is_taken = committed(id) == 1;
    relay().disconnect(id);
    return is_taken;
  };
  for (std::uint8_t i = 1; i <= 3; ++i) {
    EXPECT_TRUE(begins(i, 0));
    relay().advance(1s);
  }
  EXPECT_EQ(relay().relay().counters().prefix_forgotten, 1U);
  EXPECT_FALSE(begins(2, 1));
  EXPECT_FALSE(begins(3, 1));
  EXPECT_TRUE(begins(1, 1)) << "who was nearest to be forgotten was";
}

TEST_F(GuestLimits, CountNothingThatCanBeForged) {
  limits.prefix_guest_messages_rate = 1;
  limits.prefix_guest_messages_burst = 1;
  limits.early_guest_messages_rate = 1;
  limits.early_guest_messages_burst = 6;
  const auto send_early = [&](std::uint8_t person, std::string room) {
    chat::bind bind{.destination = std::move(room), .client_time = relay().wall()};
    const std::vector<early_message> early{
        {world::lane(1), chat::encode(chat::client_op{bind})},
        {world::lane(1), chat::encode(chat::client_op{chat::say{0, chat::body_kind::text, {'x'}}})}};
    const peer_id id = relay().connect(person, true, here);
    relay().relay().on_early(id, early, relay().now(), relay().wall());
    relay().settle();
    return relay().verdicts.back().taken;
  };
  EXPECT_TRUE(send_early(1, "lobby"));
  EXPECT_TRUE(send_early(2, "lobby"));
  EXPECT_FALSE(send_early(3, "attic")) << "a room that it would begin";
  EXPECT_TRUE(send_early(4, "lobby"));
  EXPECT_FALSE(send_early(5, "lobby")) << "too many without proof: a round trip later it may count";
  const peer_id real = guest(6);
  say(real, 0);
  EXPECT_EQ(committed(real), 1U) << "none of that was this address";
}

TEST_F(GuestLimits, CanBeChangedWhileTheRelayRuns) {
  limits.prefix_guest_messages_rate = 1;
  limits.prefix_guest_messages_burst = 1;
  const peer_id one = guest(1);
  say(one, 0);
  limits.prefix_guest_messages_burst = 2;
  relay().relay().change_limits(limits);
  for (std::uint64_t i = 1; i <= 3; ++i) say(one, i);
  EXPECT_EQ(committed(one), 3U);
}

TEST_F(GuestLimits, AreForgottenWithTheGuests) {
  hub_limits strict;
  hub_counters counters;
  neighbourhood_table table{strict, counters};
  for (std::uint8_t high = 0; high < 20; ++high) {
    for (int low = 0; low < 256; ++low) {
      const auto from = proto::address::v4(10, 0, high, static_cast<std::uint8_t>(low), 1).limit_prefix();
      table.enter(from, {});
      table.leave(from, {});
    }
  }
  EXPECT_EQ(table.size(), 0U);
}

TEST(AddressPrefix, IsTheAddressInV4AndASlash64InV6) {
  const auto v6 = [](std::uint8_t subnet, std::uint8_t host) {
    proto::address made;
    made.ip[0] = 0x20;
    made.ip[7] = subnet;
    made.ip[15] = host;
    return made.limit_prefix();
  };
  EXPECT_EQ(v6(1, 1), v6(1, 2));
  EXPECT_NE(v6(1, 1), v6(2, 1));
  EXPECT_NE(here, elsewhere);
  EXPECT_EQ(here, proto::address::v4(192, 0, 2, 1, 2000).limit_prefix());
}

}  // namespace
}  // namespace tern::relay::testing

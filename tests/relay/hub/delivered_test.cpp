// Delivered: who has taken a message over, and who is told.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Delivered : ::testing::Test {
  hub_limits limits = roomy_limits();
  world relay{limits};

  peer_id enter(std::uint8_t person) {
    const peer_id id = relay.connect(person);
    relay.bind_room(id, 1, "lobby");
    relay.join(id, 1);
    relay.settle();
    return id;
  }
  void take(peer_id id, std::uint64_t position, std::uint64_t lane = 1) {
    relay.send(id, world::lane(lane), chat::taken{log_position{position}});
  }
  std::vector<std::uint64_t> told(peer_id id) {
    std::vector<std::uint64_t> positions;
    for (const auto& each : relay.all<chat::delivered>(id)) positions.push_back(each.position.value);
    return positions;
  }
};

TEST_F(Delivered, IsToldOnceEveryoneElseHasTakenItOver) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  const peer_id eve = enter(3);
  relay.say(anna, 1, 0, "one");
  relay.settle();
  take(ben, 1);
  EXPECT_THAT(told(anna), IsEmpty());
  take(eve, 1);
  EXPECT_THAT(told(anna), ElementsAre(1));
  take(eve, 1);
  EXPECT_THAT(told(anna), ElementsAre(1)) << "once";
  EXPECT_THAT(told(ben), IsEmpty()) << "only who said it";
}

TEST_F(Delivered, IsToldForManyAtOnce) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  for (std::uint64_t i = 0; i < 50; ++i) relay.say(anna, 1, i, "hello");
  relay.settle();
  take(ben, 20);
  take(ben, 50);
  EXPECT_THAT(told(anna), ElementsAre(20, 50));
}

TEST_F(Delivered, CostsNoMoreThanRepliesMayForWhoDoesNotRead) {
  limits.peer_replies_bytes_max = 12;
  relay.relay().change_limits(limits);
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  for (std::uint64_t i = 0; i < 50; ++i) {
    relay.say(anna, 1, i, "hello");
    relay.settle();
  }
  relay.block(anna);
  for (std::uint64_t i = 1; i <= 50; ++i) take(ben, i);
  EXPECT_THAT(told(anna), IsEmpty());
  relay.unblock(anna);
  EXPECT_LE(told(anna).size(), 12U);
  ASSERT_FALSE(told(anna).empty());
  EXPECT_EQ(told(anna).back(), 50U) << "the last one says what the others would have";
}

TEST_F(Delivered, WaitsNoLongerForWhoeverLeaves) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  const peer_id eve = enter(3);
  relay.say(anna, 1, 0, "one");
  relay.settle();
  take(ben, 1);
  relay.disconnect(eve);
  EXPECT_THAT(told(anna), ElementsAre(1));
}

TEST_F(Delivered, IsToldToWhoSaysItBesideTheirOwnConnectionThatIsLast) {
  const peer_id chat = enter(1);
  const peer_id ben = enter(2);
  const peer_id send = relay.connect(1);
  relay.bind_room(send, 1, "lobby", 2);
  for (std::uint64_t i = 0; i < 2; ++i) relay.say(send, 1, i, "hello");
  relay.settle();
  take(ben, 1);
  EXPECT_THAT(told(send), ElementsAre(1));
  take(ben, 2);
  EXPECT_THAT(told(send), ElementsAre(1, 2));
  take(chat, 2);
  EXPECT_THAT(told(send), ElementsAre(1, 2)) << "once";
}

TEST_F(Delivered, IsNotToldWhereNobodyElseIs) {
  const peer_id anna = enter(1);
  relay.say(anna, 1, 0, "one");
  relay.settle();
  take(anna, 1);
  EXPECT_THAT(told(anna), IsEmpty());
}

TEST_F(Delivered, DoesNotWaitForWhatSomeoneHasNotMissed) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  relay.say(anna, 1, 0, "one");
  relay.settle();
  enter(3);  // live from here on
  take(ben, 1);
  EXPECT_THAT(told(anna), ElementsAre(1));
}

TEST_F(Delivered, AsksForReportsInSmallRoomsOnly) {
  peer_id last{};
  for (std::uint8_t i = 1; i <= delivered_readers_max; ++i) last = enter(i);
  EXPECT_TRUE(relay.one<chat::live>(last).wants_taken);
  EXPECT_FALSE(relay.one<chat::live>(enter(100)).wants_taken);
}

TEST_F(Delivered, BelievesNobodyWhoIsAheadOfTheLog) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  take(ben, 7);
  relay.say(anna, 1, 0, "one");
  relay.settle();
  EXPECT_THAT(told(anna), IsEmpty());
}

TEST_F(Delivered, OfADirectMessageOneDeviceIsEnough) {
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(2),
             chat::bind{.kind = chat::destination_kind::person_key,
                        .destination = std::string{proto::as_text(world::key(2))}});
  relay.say(anna, 2, 0, "psst");
  relay.settle();
  EXPECT_THAT(told(anna), IsEmpty()) << "away";
  const peer_id phone = relay.connect(2);
  const peer_id desk = relay.connect(2);
  for (const peer_id id : {phone, desk}) {
    relay.send(id, world::lane(1), chat::bind{.kind = chat::destination_kind::own_inbox});
    relay.join(id, 1, {.from = chat::cursor{}});
    relay.settle();
  }
  EXPECT_TRUE(relay.one<chat::live>(phone).wants_taken);
  take(phone, 1);
  EXPECT_THAT(told(anna), ElementsAre(1));
  take(desk, 1);
  EXPECT_THAT(told(anna), ElementsAre(1));
}

TEST_F(Delivered, ForgetsWhoeverGoesBeforeItIsTold) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  relay.say(anna, 1, 0, "one");
  relay.settle();
  relay.disconnect(anna);
  take(ben, 1);
  const peer_id again = enter(1);
  relay.say(again, 1, 0, "one");  // not known to be committed
  relay.settle();
  EXPECT_THAT(told(again), ElementsAre(1)) << "as it was long since";
  relay.say(again, 1, 1, "two");
  relay.settle();
  take(ben, 2);
  EXPECT_THAT(told(again), ElementsAre(1, 2));
}

}  // namespace
}  // namespace tern::relay::testing

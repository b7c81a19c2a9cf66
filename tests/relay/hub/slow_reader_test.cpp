// A reader that takes nothing for a while: bounded memory, nobody else waits, and in
// the end everything arrives.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

struct SlowReader : ::testing::Test {
  world relay;
  peer_id anna{};
  peer_id slow{};
  peer_id quick{};

  void SetUp() override {
    anna = relay.connect(1);
    slow = relay.connect(2);
    quick = relay.connect(3);
    for (const peer_id id : {anna, slow, quick}) relay.bind_room(id, 1, "lobby");
    for (const peer_id id : {slow, quick}) relay.join(id, 1, {.announce = false});
    relay.settle();
  }
  void say_many(std::uint64_t from, std::uint64_t to) {
    const std::string body(1000, 'x');
    for (std::uint64_t i = from; i < to; ++i) {
      chat::bind op{.destination = "lobby"};
      op.floor = i;
      relay.send(anna, world::lane(1), op);
      relay.say(anna, 1, i, body);
      relay.settle();
    }
  }
  void expect_all(peer_id id, std::uint64_t count) {
    const auto positions = relay.positions(id);
    ASSERT_THAT(positions, SizeIs(count));
    for (std::uint64_t i = 0; i < count; ++i) ASSERT_EQ(positions[i], i + 1);
  }
};

TEST_F(SlowReader, DoesNotDelayTheOthersAndMissesNothing) {
  relay.block(slow);
  say_many(0, 1000);
  expect_all(quick, 1000);
  EXPECT_TRUE(relay.positions(slow).empty());
  EXPECT_EQ(relay.relay().counters().readers_behind, 1U);
  relay.unblock(slow);
  relay.settle();
  expect_all(slow, 1000);
}

TEST_F(SlowReader, ReadsFromTheTailWhatIsStillInIt) {
  relay.block(slow);
  say_many(0, 1000);
  const auto asked_before = relay.store().reads();
  relay.unblock(slow);
  relay.settle();
  expect_all(slow, 1000);
  EXPECT_EQ(relay.store().reads(), asked_before) << "a megabyte is less than the tail holds";
  EXPECT_GT(relay.relay().counters().tail_entries, 700U);
  EXPECT_GT(relay.relay().tail_bytes(), 0U);
  say_many(1000, 1001);
  EXPECT_EQ(relay.relay().tail_bytes(), 0U) << "nobody is behind any more";
}

TEST_F(SlowReader, ReadsFromTheLogWhatIsNoLongerInTheTail) {
  constexpr std::uint64_t messages = 6000;  // a kilobyte each: more than the tail holds
  relay.block(slow);
  say_many(0, messages);
  EXPECT_LE(relay.relay().tail_bytes(), hub_limits{}.tail_bytes_max);
  EXPECT_GT(relay.relay().tail_bytes(), hub_limits{}.tail_bytes_max - 2000);
  relay.unblock(slow);
  relay.settle();
  expect_all(slow, messages);
  EXPECT_GT(relay.store().reads(), 0U);
  EXPECT_GT(relay.relay().counters().tail_entries, 3000U);
}

TEST_F(SlowReader, ReadsFromTheTailWhatDoesNotFitBesideWhatIsQueued) {
  const auto say_large = [this](std::uint64_t counter, std::size_t size) {
    relay.say(anna, 1, counter, std::string(size, 'x'));
    relay.settle();
  };
  relay.block(slow);
  say_large(0, 1000);  // is on its way out
  say_large(1, 100'000);
  say_large(2, 100'000);
  say_large(3, 200'000);  // falls behind; beside what is left when one is sent it has no room
  relay.unblock(slow);
  relay.settle();
  expect_all(slow, 4);
  EXPECT_GT(relay.relay().counters().tail_entries, 0U);
}

TEST_F(SlowReader, WhoLeavesTakesTheTailAlong) {
  relay.block(slow);
  say_many(0, 1000);
  EXPECT_GT(relay.relay().tail_bytes(), 0U);
  relay.disconnect(slow);
  relay.disconnect(quick);
  EXPECT_EQ(relay.relay().tail_bytes(), 0U);
}

TEST_F(SlowReader, IsLiveAgainAfterwards) {
  relay.block(slow);
  say_many(0, 500);
  relay.unblock(slow);
  relay.settle();
  say_many(500, 510);
  EXPECT_FALSE(relay.store().has_work());
  expect_all(slow, 510);
  EXPECT_THAT(relay.all<chat::live>(slow), SizeIs(1));
}

TEST_F(SlowReader, MayStopAgainAndAgain) {
  for (std::uint64_t round = 0; round < 5; ++round) {
    relay.block(slow);
    say_many(round * 400, round * 400 + 400);
    relay.unblock(slow);
    relay.settle(round % 2);  // now and then it stops in the middle of catching up
  }
  relay.settle();
  expect_all(slow, 2000);
}

TEST_F(SlowReader, MayLeaveWhileItIsBehind) {
  relay.block(slow);
  say_many(0, 400);
  relay.send(slow, world::lane(1), chat::leave{});
  relay.unblock(slow);
  relay.settle();
  EXPECT_LT(relay.positions(slow).size(), 2U);  // at most what was on its way out
  relay.disconnect(slow);
  say_many(400, 410);
}

TEST_F(SlowReader, HoldsNoMoreForManyRoomsThanForOne) {
  constexpr std::uint64_t rooms = 40;
  constexpr std::uint64_t messages = 5;
  const std::string body(10'000, 'x');
  for (std::uint64_t room = 0; room < rooms; ++room) {
    relay.bind_room(anna, 2 + room, "room-" + std::to_string(room));
    for (std::uint64_t i = 0; i < messages; ++i) relay.say(anna, 2 + room, room * messages + i, body);
  }
  relay.settle();
  relay.block(slow);
  for (std::uint64_t room = 0; room < rooms; ++room) {
    relay.bind_room(slow, 2 + room, "room-" + std::to_string(room));
    relay.join(slow, 2 + room, {.from = chat::cursor{}, .announce = false});
    EXPECT_LE(relay.store().waiting(), 1U);
  }
  relay.settle();
  const std::uint64_t held = relay.relay().counters().delivered_entries;
  EXPECT_LE(held * body.size(), 256U * 1024);
  relay.unblock(slow);
  relay.settle();
  EXPECT_THAT(relay.positions(slow), SizeIs(rooms * messages));
  EXPECT_THAT(relay.all<chat::live>(slow), SizeIs(rooms + 1));
}

TEST_F(SlowReader, CannotFillTheQueueOfTheStoreByJoining) {
  say_many(0, 10);
  for (int i = 0; i < 100; ++i) relay.join(slow, 1, {.from = chat::cursor{}, .announce = false});
  EXPECT_LE(relay.store().waiting(), 1U);
  const auto log = relay.all<chat::bound>(slow).front().log;
  const chat::cursor seen{.log = log, .position = log_position{3}};
  while (relay.relay().takes_input(slow) && relay.store().waiting() < 100)
    relay.join(slow, 1, {.from = seen, .announce = false});
  EXPECT_LE(relay.store().waiting(), 1 + hub_limits{}.peer_reads_max);
  relay.resumed.clear();
  relay.settle();
  EXPECT_THAT(relay.resumed, ElementsAre(slow));
}

}  // namespace
}  // namespace tern::relay::testing

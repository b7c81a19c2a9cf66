// SAY: refusals, commits, receipts, fan-out.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct Saying : ::testing::Test {
  world relay;
  peer_id anna{};
  peer_id ben{};

  void SetUp() override {
    anna = relay.connect(1);
    ben = relay.connect(2);
    for (const peer_id id : {anna, ben}) {
      relay.bind_room(id, 1, "lobby");
      relay.join(id, 1);
    }
    relay.settle();
  }
};

TEST_F(Saying, ShowsNothingToAnyoneBeforeTheCommit) {
  relay.say(anna, 1, 0, "hello");
  EXPECT_TRUE(relay.all<chat::committed>(anna).empty());
  EXPECT_TRUE(relay.entries(ben).empty());
  relay.settle();
  EXPECT_EQ(relay.one<chat::committed>(anna).position, log_position{1});
  EXPECT_THAT(relay.entries(ben), ElementsAre("hello"));
}

TEST_F(Saying, TellsTheReaderWhoSaidItWhenAndWhere) {
  relay.say(anna, 1, 7, "hello");
  relay.settle();
  const auto entry = relay.one<chat::entry>(ben);
  EXPECT_EQ(entry.position, log_position{1});
  EXPECT_EQ(entry.time, relay.wall());
  EXPECT_EQ(entry.sender, world::key(1));
  EXPECT_EQ(entry.sender_name, "guest-0101");
  EXPECT_EQ(entry.kind, chat::body_kind::text);
  EXPECT_EQ(entry.request, 0U);
  const auto receipt = relay.one<chat::committed>(anna);
  EXPECT_EQ(receipt.counter, 7U);
  EXPECT_EQ(receipt.time, relay.wall());
  EXPECT_FALSE(receipt.duplicate);
}

TEST_F(Saying, GivesADuplicateTheOriginalCommitAndShowsItOnce) {
  relay.say(anna, 1, 0, "hello");
  relay.settle();
  relay.advance(5s);
  relay.say(anna, 1, 0, "hello");
  relay.settle();
  const auto receipts = relay.all<chat::committed>(anna);
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_TRUE(receipts[1].duplicate);
  EXPECT_EQ(receipts[1].position, receipts[0].position);
  EXPECT_EQ(receipts[1].time, receipts[0].time);
  EXPECT_THAT(relay.entries(ben), ElementsAre("hello"));
}

TEST_F(Saying, GivesADuplicateOverAReconnectTheOriginalCommit) {
  relay.say(anna, 1, 0, "hello");
  relay.disconnect(anna);  // before the receipt
  relay.settle();
  const peer_id again = relay.connect(1);
  relay.bind_room(again, 4, "lobby");
  relay.say(again, 4, 0, "hello");
  relay.settle();
  EXPECT_TRUE(relay.one<chat::committed>(again).duplicate);
  EXPECT_THAT(relay.entries(ben), ElementsAre("hello"));
}

TEST_F(Saying, WhatStalledInAnOldConnectionOvertakesNothingAfterwards) {
  const peer_id fresh = relay.connect(1);
  relay.bind_room(fresh, 1, "lobby");
  relay.say(fresh, 1, 5, "on the new connection");
  relay.say(anna, 1, 4, "given up long ago");  // the old one comes to itself
  relay.settle();
  EXPECT_EQ(relay.one<chat::refused>(anna).reason, chat::refusal::stale);
  EXPECT_THAT(relay.entries(ben), ElementsAre("on the new connection"));
}

TEST_F(Saying, WhatStalledInAnOldConnectionIsTakenWhileNothingLaterWas) {
  const peer_id fresh = relay.connect(1);
  relay.bind_room(fresh, 1, "lobby");
  relay.say(anna, 1, 4, "four");
  relay.say(fresh, 1, 4, "four");
  relay.say(fresh, 1, 5, "five");
  relay.say(anna, 1, 5, "five");
  relay.settle();
  EXPECT_EQ(relay.all<chat::committed>(anna).size(), 2U);
  EXPECT_EQ(relay.all<chat::committed>(fresh).size(), 2U);
  EXPECT_THAT(relay.entries(ben), ElementsAre("four", "five"));
}

TEST_F(Saying, TellsOfAConflictWhenANumberIsUsedTwice) {
  relay.say(anna, 1, 0, "hello");
  relay.say(anna, 1, 0, "goodbye");
  relay.settle();
  EXPECT_EQ(relay.one<chat::refused>(anna).reason, chat::refusal::conflict);
  EXPECT_THAT(relay.entries(ben), ElementsAre("hello"));
}

TEST_F(Saying, RefusesTextThatIsNotUtf8) {
  relay.say(anna, 1, 0, "\xc3\x28");
  relay.settle();
  EXPECT_EQ(relay.one<chat::refused>(anna).reason, chat::refusal::bad_text);
  EXPECT_FALSE(relay.store().has_work());
  EXPECT_EQ(relay.relay().counters().say_bad_text, 1U);
}

TEST_F(Saying, TakesAnyOctetsAsBytes) {
  relay.send(anna, world::lane(1), chat::say{0, chat::body_kind::bytes, {0xc3, 0x28, 0x00}});
  relay.settle();
  EXPECT_EQ(relay.one<chat::entry>(ben).body, (proto::bytes{0xc3, 0x28, 0x00}));
}

TEST_F(Saying, TakesAnEmptyMessage) {
  relay.say(anna, 1, 0, "");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre(""));
}

TEST_F(Saying, RefusesCountersOutsideTheWindow) {
  chat::bind op{.kind = chat::destination_kind::room, .destination = "lobby"};
  op.floor = 10;
  relay.send(anna, world::lane(1), op);
  relay.say(anna, 1, 9, "below");
  relay.say(anna, 1, 10 + counter_window + 1, "above");
  relay.say(anna, 1, 10 + counter_window, "the last");
  relay.settle();
  const auto refusals = relay.all<chat::refused>(anna);
  ASSERT_EQ(refusals.size(), 2U);
  EXPECT_EQ(refusals[0].reason, chat::refusal::stale);
  EXPECT_EQ(refusals[1].reason, chat::refusal::stale);
  EXPECT_THAT(relay.entries(ben), ElementsAre("the last"));
}

TEST_F(Saying, LetsNothingOvertakeWhatAFullDiskRefused) {
  relay.say(anna, 1, 0, "a");
  relay.say(anna, 1, 1, "b");
  relay.store().fail_appends(append_status::disk_full);
  relay.settle(1);
  relay.store().fail_appends(std::nullopt);  // there is space again before the second
  relay.settle();
  const auto refusals = relay.all<chat::refused>(anna);
  ASSERT_EQ(refusals.size(), 2U);
  EXPECT_EQ(refusals[0].reason, chat::refusal::disk_full);
  EXPECT_GT(refusals[0].retry_after, 0ms);
  EXPECT_EQ(refusals[1].counter, 1U);

  relay.say(anna, 1, 1, "b");  // out of turn
  relay.settle();
  EXPECT_TRUE(relay.entries(ben).empty());
  relay.say(anna, 1, 0, "a");
  relay.say(anna, 1, 1, "b");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre("a", "b"));
}

TEST_F(Saying, GoesOnReadingWhileTheDiskIsFull) {
  relay.say(anna, 1, 0, "a");
  relay.settle();
  relay.store().fail_appends(append_status::disk_full);
  relay.say(anna, 1, 1, "b");
  relay.settle();
  const peer_id carl = relay.connect(3);
  relay.bind_room(carl, 1, "lobby");
  relay.join(carl, 1, {.backlog_max = 10});
  relay.settle();
  EXPECT_THAT(relay.entries(carl), ElementsAre("a"));
}

TEST_F(Saying, KeepsAnotherOutboxOfTheSameRoomGoing) {
  relay.bind_room(anna, 2, "lobby", 9);
  relay.store().fail_appends(append_status::disk_full);
  relay.say(anna, 1, 0, "a");
  relay.settle();
  relay.store().fail_appends(std::nullopt);
  relay.say(anna, 2, 0, "other");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre("other"));
}

TEST_F(Saying, MakesARoomDurableWithItsFirstMessage) {
  relay.bind_room(anna, 2, "attic");
  relay.settle();
  EXPECT_EQ(relay.store().log_count(), 0U);
  relay.say(anna, 2, 0, "first");
  relay.disconnect(anna);
  relay.settle();
  EXPECT_EQ(relay.store().log_count(), 1U);
  relay.restart();
  const peer_id again = relay.connect(3);
  relay.bind_room(again, 1, "attic");
  EXPECT_EQ(relay.one<chat::bound>(again).head, log_position{1});
}

TEST_F(Saying, ForgetsARoomInWhichNothingWasSaid) {
  const std::size_t rooms = relay.relay().room_count();
  relay.bind_room(anna, 2, "attic");
  EXPECT_EQ(relay.relay().room_count(), rooms + 1);
  relay.disconnect(anna);
  EXPECT_EQ(relay.relay().room_count(), rooms);
}

TEST_F(Saying, IsOfNoEffectOnALaneWhoseBindWasRefused) {
  relay.bind_room(anna, 2, "no such name!");
  relay.say(anna, 2, 0, "void");
  relay.settle();
  EXPECT_EQ(relay.one<chat::unbound>(anna).reason, chat::refusal::bad_name);
  EXPECT_TRUE(relay.all<chat::committed>(anna).empty());
  EXPECT_TRUE(relay.disconnects.empty());
}

TEST_F(Saying, FoldsTheNameOfTheRoom) {
  relay.bind_room(anna, 2, "LobbY", 3);
  relay.say(anna, 2, 0, "same room");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre("same room"));
}

TEST_F(Saying, RefusesToBindALaneToASecondDestination) {
  relay.bind_room(anna, 1, "attic");
  EXPECT_EQ(relay.one<chat::unbound>(anna).reason, chat::refusal::conflict);
}

TEST_F(Saying, ClosesTheConnectionOnWhatIsNoMessage) {
  relay.relay().on_message(anna, world::lane(1), proto::as_bytes("\xff rubbish"), relay.now(), relay.wall());
  relay.drain_actions();
  ASSERT_EQ(relay.disconnects.size(), 1U);
  EXPECT_EQ(relay.disconnects[0].peer, anna);
  EXPECT_EQ(relay.disconnects[0].code, proto::close_code::protocol_error);
  EXPECT_EQ(relay.relay().counters().malformed, 1U);
}

TEST_F(Saying, ClosesTheConnectionOnAnOperationInTheWrongPlace) {
  relay.say(anna, 0, 0, "on no lane of a destination");
  relay.send(ben, chat::control_lane, chat::leave{});
  EXPECT_EQ(relay.disconnects.size(), 2U);
}

}  // namespace
}  // namespace tern::relay::testing

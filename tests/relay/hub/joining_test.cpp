// JOIN: backlog, cursors, the seam between history and live, gaps and new epochs.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Joining : ::testing::Test {
  world relay;
  peer_id anna{};

  void SetUp() override {
    anna = relay.connect(1);
    relay.bind_room(anna, 1, "lobby");
    for (std::uint64_t i = 0; i < 10; ++i) relay.say(anna, 1, i, std::to_string(i + 1));
    relay.settle();
  }
  log_number lobby() { return log_number{1}; }
  peer_id newcomer(const chat::join& op) {
    const peer_id id = relay.connect(2);
    relay.bind_room(id, 1, "lobby");
    relay.join(id, 1, op);
    return id;
  }
  chat::cursor cursor_at(std::uint64_t position) {
    const auto& row = relay.store().rows(lobby()).at(position - 1);
    return {relay.store().snapshot().logs.at(0).id, row.position, row.chain};
  }
};

TEST_F(Joining, GivesTheNewestOfTheBacklogAndThenLive) {
  const peer_id ben = newcomer({.backlog_max = 3});
  relay.settle();
  EXPECT_THAT(relay.positions(ben), ElementsAre(8, 9, 10));
  const auto live = relay.one<chat::live>(ben);
  EXPECT_EQ(live.position, log_position{10});
  EXPECT_EQ(live.chain, cursor_at(10).chain);
  EXPECT_TRUE(std::holds_alternative<chat::live>(relay.heard_by(ben).back().op));
}

TEST_F(Joining, GivesNothingOldWithoutABacklog) {
  const peer_id ben = newcomer({});
  relay.say(anna, 1, 10, "new");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre("new"));
}

TEST_F(Joining, GivesABacklogLongerThanTheLogFromItsStart) {
  const peer_id ben = newcomer({.backlog_max = 4'000'000'000});
  relay.settle();
  EXPECT_EQ(relay.positions(ben).size(), 10U);
}

TEST_F(Joining, GivesWhatWasMissedSinceTheCursor) {
  const peer_id ben = newcomer({.from = cursor_at(7)});
  relay.settle();
  EXPECT_THAT(relay.positions(ben), ElementsAre(8, 9, 10));
  EXPECT_THAT(relay.all<chat::new_epoch>(ben), IsEmpty());
}

TEST_F(Joining, GivesEverythingToACursorBeforeTheFirst) {
  const peer_id ben = newcomer({.from = chat::cursor{}});
  relay.settle();
  EXPECT_EQ(relay.positions(ben).size(), 10U);
}

TEST_F(Joining, IsLiveAtOnceWithACursorAtTheHead) {
  const peer_id ben = newcomer({.from = cursor_at(10)});
  EXPECT_FALSE(relay.store().has_work());
  EXPECT_EQ(relay.one<chat::live>(ben).position, log_position{10});
}

TEST_F(Joining, HasNoSeamBetweenBacklogAndLive) {
  const peer_id ben = newcomer({.backlog_max = 5});
  relay.say(anna, 1, 10, "while the page is read");
  relay.settle();
  relay.say(anna, 1, 11, "live");
  relay.settle();
  EXPECT_THAT(relay.positions(ben), ElementsAre(6, 7, 8, 9, 10, 11, 12));
  EXPECT_EQ(relay.all<chat::live>(ben).size(), 1U);
}

TEST_F(Joining, ReadsALongBacklogInPages) {
  for (std::uint64_t i = 10; i < 700; ++i) relay.say(anna, 1, i, "x");
  relay.settle();
  const peer_id ben = newcomer({.from = chat::cursor{}});
  relay.settle();
  const auto positions = relay.positions(ben);
  ASSERT_EQ(positions.size(), 700U);
  for (std::uint64_t i = 0; i < 700; ++i) ASSERT_EQ(positions[i], i + 1);
}

TEST_F(Joining, TellsTheGapThatRetentionLeft) {
  const auto cursor = cursor_at(2);
  relay.store().prune(lobby(), log_position{6});
  const peer_id ben = newcomer({.from = cursor});
  relay.settle();
  const auto gap = relay.one<chat::gap>(ben);
  EXPECT_EQ(gap.first, log_position{3});
  EXPECT_EQ(gap.last, log_position{5});
  EXPECT_THAT(relay.positions(ben), ElementsAre(6, 7, 8, 9, 10));
}

TEST_F(Joining, TellsTheGapsThatRetentionLeftBetween) {
  const auto cursor = cursor_at(3);
  for (const std::uint64_t gone : {3U, 5U, 6U}) relay.store().let_go(lobby(), log_position{gone});
  const peer_id ben = newcomer({.from = cursor});
  relay.settle();
  EXPECT_THAT(relay.all<chat::new_epoch>(ben), IsEmpty()) << "the cursor's own row was let go, its proof was not";
  EXPECT_EQ(relay.one<chat::gap>(ben), (chat::gap{log_position{5}, log_position{6}, 0}));
  EXPECT_THAT(relay.positions(ben), ElementsAre(4, 7, 8, 9, 10));
}

TEST_F(Joining, TellsTheGapWhenEverythingIsGone) {
  relay.store().prune(lobby(), log_position{11});
  const peer_id ben = newcomer({.from = chat::cursor{}});
  relay.settle();
  EXPECT_EQ(relay.one<chat::gap>(ben).last, log_position{10});
  EXPECT_EQ(relay.one<chat::live>(ben).position, log_position{10});
}

TEST_F(Joining, StartsANewEpochForACursorBeyondTheHead) {
  const auto cursor = cursor_at(10);
  relay.store().truncate(lobby(), 6);
  relay.restart();
  const peer_id ben = newcomer({.from = cursor, .backlog_max = 2});
  relay.settle();
  EXPECT_EQ(relay.one<chat::new_epoch>(ben).head, log_position{6});
  EXPECT_EQ(relay.one<chat::gap>(ben).last, log_position{4});
  EXPECT_THAT(relay.positions(ben), ElementsAre(5, 6));
}

// The relay was restored, and others were faster to talk on.
TEST_F(Joining, SkipsNothingInANewEpochThatWasSaidSinceTheRelayStarted) {
  const auto cursor = cursor_at(10);
  relay.store().truncate(lobby(), 6);
  relay.restart();
  const peer_id carl = relay.connect(3);
  relay.bind_room(carl, 1, "lobby");
  for (std::uint64_t i = 0; i < 4; ++i) relay.say(carl, 1, i, "since " + std::to_string(i));
  relay.settle();
  const peer_id ben = newcomer({.from = cursor});
  relay.settle();
  EXPECT_EQ(relay.all<chat::new_epoch>(ben).size(), 1U);
  EXPECT_EQ(relay.one<chat::gap>(ben).last, log_position{6});
  EXPECT_THAT(relay.entries(ben), ElementsAre("since 0", "since 1", "since 2", "since 3"));
}

TEST_F(Joining, StartsANewEpochForACursorOfAnotherHistory) {
  auto cursor = cursor_at(4);
  cursor.chain[0] ^= 1U;
  const peer_id ben = newcomer({.from = cursor, .backlog_max = 100});
  relay.settle();
  EXPECT_EQ(relay.all<chat::new_epoch>(ben).size(), 1U);
  EXPECT_EQ(relay.positions(ben).size(), 10U);
}

TEST_F(Joining, StartsANewEpochForACursorAtTheHeadOfAnotherHistory) {
  auto cursor = cursor_at(10);
  cursor.chain[0] ^= 1U;
  const peer_id ben = newcomer({.from = cursor});
  relay.settle();
  EXPECT_EQ(relay.all<chat::new_epoch>(ben).size(), 1U);
}

TEST_F(Joining, StartsANewEpochForACursorOfAnotherLog) {
  auto cursor = cursor_at(4);
  cursor.log[0] ^= 1U;
  const peer_id ben = newcomer({.from = cursor});
  relay.settle();
  EXPECT_EQ(relay.all<chat::new_epoch>(ben).size(), 1U);
}

TEST_F(Joining, StopsWithLeave) {
  const peer_id ben = newcomer({});
  relay.settle();
  relay.send(ben, world::lane(1), chat::leave{});
  relay.say(anna, 1, 10, "new");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), IsEmpty());
}

TEST_F(Joining, ForgetsTheAnswerToAJoinThatWasTakenBack) {
  const peer_id ben = newcomer({.from = cursor_at(4)});
  relay.send(ben, world::lane(1), chat::leave{});
  relay.settle();
  EXPECT_THAT(relay.positions(ben), IsEmpty());
}

TEST_F(Joining, StartsAgainWithASecondJoin) {
  const peer_id ben = newcomer({.from = cursor_at(4)});
  relay.join(ben, 1, {.from = cursor_at(8)});
  relay.settle();
  EXPECT_THAT(relay.positions(ben), ElementsAre(9, 10));
  EXPECT_EQ(relay.all<chat::live>(ben).size(), 1U);
}

TEST_F(Joining, SurvivesAClientThatGoesInTheMiddleOfAPage) {
  const peer_id ben = newcomer({.backlog_max = 5});
  relay.disconnect(ben);
  relay.settle();
  EXPECT_THAT(relay.positions(ben), IsEmpty());
}

TEST_F(Joining, SaysSoWhenTheLogCannotBeRead) {
  relay.store().fail_reads(true);
  const peer_id ben = newcomer({.backlog_max = 5});
  const peer_id carl = newcomer({.from = cursor_at(4)});
  relay.settle();
  EXPECT_EQ(relay.one<chat::failed>(ben).reason, chat::refusal::busy);
  EXPECT_EQ(relay.one<chat::failed>(carl).reason, chat::refusal::busy);
  EXPECT_EQ(relay.relay().counters().log_unreadable, 2U);
  relay.store().fail_reads(false);
  relay.join(ben, 1, {.backlog_max = 2});
  relay.settle();
  EXPECT_THAT(relay.positions(ben), ElementsAre(9, 10));
}

TEST_F(Joining, GivesTheLogOnceOverARestartOfTheRelay) {
  const peer_id ben = newcomer({.backlog_max = 100});
  relay.settle();
  EXPECT_EQ(relay.positions(ben).size(), 10U);
  const auto cursor = cursor_at(10);
  relay.restart();
  const peer_id writer = relay.connect(1);
  relay.bind_room(writer, 1, "lobby");
  relay.say(writer, 1, 10, "after the restart");
  relay.settle();
  const peer_id again = newcomer({.from = cursor});
  relay.settle();
  EXPECT_THAT(relay.entries(again), ElementsAre("after the restart"));
}

}  // namespace
}  // namespace tern::relay::testing

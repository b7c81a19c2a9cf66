// Live rooms: what is said is passed on and kept nowhere.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;
using chat::change_kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct LiveRooms : ::testing::Test {
  hub_limits limits = roomy_limits();
  std::unique_ptr<world> made;
  world& relay() {
    if (!made) made = std::make_unique<world>(limits);
    return *made;
  }
  peer_id come(std::uint8_t person, std::uint8_t outbox = 1, std::string room = "stage") {
    const peer_id id = relay().connect(person);
    relay().bind_room(id, 1, std::move(room), outbox);
    return id;
  }
  peer_id come_named(std::uint8_t person, const char* name) {
    const peer_id id = come(person);
    relay().send(id, chat::control_lane, chat::claim_name{name});
    relay().settle();
    return id;
  }
  void declare(peer_id by, std::uint64_t value = 1) {
    relay().send(by, world::lane(1), chat::change{.request = 1, .what = change_kind::live, .value = value});
  }
  // Anna has declared it; nobody reads yet.
  peer_id open_stage() {
    const peer_id anna = come_named(1, "anna");
    declare(anna);
    relay().settle();
    EXPECT_EQ(relay().one<chat::changed>(anna).what, change_kind::live);
    return anna;
  }
  peer_id reader(std::uint8_t person, const chat::join& op = {}) {
    const peer_id id = come(person);
    relay().join(id, 1, op);
    return id;
  }
  chat::cursor cursor_at(peer_id id, std::uint64_t position) {
    return {relay().all<chat::bound>(id).front().log, log_position{position}, {}};
  }
};

TEST_F(LiveRooms, AreJoinedWhileTheStoreIsBehind) {
  limits.reads_max = 0;
  const peer_id anna = open_stage();
  relay().say(anna, 1, 0, "one");
  const peer_id ben = reader(2);
  const peer_id eve = reader(3, {.from = cursor_at(anna, 1)});
  for (const peer_id id : {ben, eve}) {
    EXPECT_THAT(relay().all<chat::failed>(id), IsEmpty());
    EXPECT_THAT(relay().all<chat::live>(id), SizeIs(1));
  }
}

TEST_F(LiveRooms, PassOnWhatIsSaidWithoutTheStore) {
  const peer_id anna = open_stage();
  const peer_id ben = reader(2);
  EXPECT_TRUE(relay().one<chat::room_state>(ben).is_live);
  EXPECT_FALSE(relay().one<chat::live>(ben).wants_taken);
  relay().say(anna, 1, 0, "one");
  relay().say(anna, 1, 1, "two");
  EXPECT_FALSE(relay().store().has_work());
  EXPECT_THAT(relay().entries(ben), ElementsAre("one", "two"));
  EXPECT_THAT(relay().positions(ben), ElementsAre(1, 2));
  ASSERT_THAT(relay().all<chat::relayed>(anna), SizeIs(2));
  EXPECT_EQ(relay().all<chat::relayed>(anna)[1], (chat::relayed{1, log_position{2}, relay().wall(), false}));
  EXPECT_THAT(relay().all<chat::committed>(anna), IsEmpty());
  EXPECT_EQ(relay().relay().counters().relayed, 2U);
}

TEST_F(LiveRooms, WorkWhileTheDiskIsFull) {
  const peer_id anna = open_stage();
  const peer_id ben = reader(2);
  relay().store().fail_appends(append_status::disk_full);
  relay().say(anna, 1, 0, "still here");
  relay().settle();
  EXPECT_THAT(relay().entries(ben), ElementsAre("still here"));
}

TEST_F(LiveRooms, WorkWhileTheStoreIsBehind) {
  limits.pending_max = 1;
  const peer_id anna = open_stage();
  const peer_id carl = come(3, 1, "attic");
  relay().say(carl, 1, 0, "on its way");
  relay().say(anna, 1, 0, "x");
  EXPECT_THAT(relay().all<chat::relayed>(anna), SizeIs(1));
}

TEST_F(LiveRooms, ShowNothingOfBeforeToWhoComes) {
  const peer_id anna = open_stage();
  relay().say(anna, 1, 0, "unheard");
  const peer_id ben = reader(2, {.backlog_max = 50});
  relay().settle();
  EXPECT_THAT(relay().entries(ben), IsEmpty());
  EXPECT_EQ(relay().one<chat::live>(ben).position, log_position{1});
  relay().send(ben, world::lane(1), chat::history{.request = 7});
  EXPECT_EQ(relay().one<chat::failed>(ben).reason, chat::refusal::forbidden);
  EXPECT_EQ(relay().one<chat::failed>(ben).text, "a live room keeps nothing; join it to read along");
}

TEST_F(LiveRooms, TellWhoComesBackWhatWasMissedAsAGap) {
  const peer_id anna = open_stage();
  for (std::uint64_t i = 0; i < 5; ++i) relay().say(anna, 1, i, "x");
  const peer_id ben = come(2);
  relay().join(ben, 1, {.from = cursor_at(ben, 2)});
  EXPECT_EQ(relay().one<chat::gap>(ben), (chat::gap{log_position{3}, log_position{5}, 0}));
  EXPECT_THAT(relay().all<chat::new_epoch>(ben), IsEmpty());
  relay().say(anna, 1, 5, "now");
  EXPECT_THAT(relay().entries(ben), ElementsAre("now"));
}

TEST_F(LiveRooms, BeginAnewWithTheRelay) {
  open_stage();
  const peer_id before = come(1);
  relay().say(before, 1, 0, "x");
  const chat::cursor old = cursor_at(before, 1);
  relay().restart();
  const peer_id anna = come(1);
  relay().say(anna, 1, 0, "y");
  EXPECT_EQ(relay().one<chat::relayed>(anna).position, log_position{1});
  const peer_id ben = reader(2, {.from = old});
  EXPECT_EQ(relay().one<chat::new_epoch>(ben).head, log_position{1});
  EXPECT_EQ(relay().one<chat::gap>(ben), (chat::gap{log_position{1}, log_position{1}, 0}));
  EXPECT_EQ(relay().one<chat::live>(ben).position, log_position{1});
}

TEST_F(LiveRooms, TellAReaderThatIsTooFarBehindAGapAndGoOn) {
  limits.reader_queue_bytes_max = 10'000;
  const peer_id anna = open_stage();
  const peer_id ben = reader(2);
  const peer_id carl = reader(3);
  relay().block(ben);
  for (std::uint64_t i = 0; i < 100; ++i) relay().say(anna, 1, i, std::string(1000, 'x'));
  EXPECT_THAT(relay().entries(carl), SizeIs(100)) << "a slow reader hurts nobody";
  relay().unblock(ben);
  const auto got = relay().positions(ben);
  ASSERT_FALSE(got.empty());
  EXPECT_LT(got.size(), 12U);
  EXPECT_EQ(got.back(), got.size()) << "from the first on, without a hole";
  EXPECT_EQ(relay().one<chat::gap>(ben), (chat::gap{log_position{got.size() + 1}, log_position{100}, 0}));
  EXPECT_EQ(relay().relay().counters().live_gaps, 1U);
  EXPECT_THAT(relay().all<chat::live>(ben), SizeIs(1));
  relay().say(anna, 1, 100, "now");
  EXPECT_EQ(relay().positions(ben).back(), 101U);
}

TEST_F(LiveRooms, PassOnOnceWhatIsSentAgain) {
  const peer_id anna = open_stage();
  const peer_id ben = reader(2);
  for (std::uint64_t i = 0; i < 3; ++i) relay().say(anna, 1, i, "x");
  relay().disconnect(anna);
  const peer_id again = come(1);
  for (std::uint64_t i = 1; i < 4; ++i) relay().say(again, 1, i, "x");
  EXPECT_THAT(relay().positions(ben), ElementsAre(1, 2, 3, 4));
  const auto answers = relay().all<chat::relayed>(again);
  ASSERT_THAT(answers, SizeIs(3));
  EXPECT_TRUE(answers[0].duplicate);
  EXPECT_EQ(answers[0].position.value, 0U) << "forgotten";
  EXPECT_TRUE(answers[1].duplicate);
  EXPECT_EQ(answers[1].position.value, 3U);
  EXPECT_FALSE(answers[2].duplicate);
}

TEST_F(LiveRooms, TakeNoEarlyData) {
  open_stage();
  chat::bind bind{.destination = "Stage", .client_time = relay().wall()};
  const std::vector<early_message> early{
      {world::lane(1), chat::encode(chat::client_op{bind})},
      {world::lane(1), chat::encode(chat::client_op{chat::say{0, chat::body_kind::text, {'x'}}})}};
  const peer_id ben = relay().connect(2, true);
  relay().relay().on_early(ben, early, relay().now(), relay().wall());
  relay().drain_actions();
  ASSERT_THAT(relay().verdicts, SizeIs(1));
  EXPECT_FALSE(relay().verdicts.front().taken);
}

TEST_F(LiveRooms, AreDeclaredByTheirOwnerBeforeAnythingIsSaid) {
  const peer_id guest = come(5);
  declare(guest);
  EXPECT_EQ(relay().one<chat::failed>(guest).reason, chat::refusal::forbidden);
  const peer_id anna = come_named(1, "anna");
  relay().say(anna, 1, 0, "kept");
  declare(anna);
  relay().settle();
  EXPECT_EQ(relay().one<chat::failed>(anna).reason, chat::refusal::forbidden) << "even while it is being written";
  declare(anna);
  EXPECT_THAT(relay().all<chat::failed>(anna), SizeIs(2));
  const peer_id ben = come_named(2, "ben");
  declare(ben);
  EXPECT_EQ(relay().one<chat::failed>(ben).reason, chat::refusal::forbidden) << "it is anna's";
}

TEST_F(LiveRooms, StayWhatTheyWereDeclared) {
  const peer_id anna = open_stage();
  relay().forget_heard();
  declare(anna, 0);
  EXPECT_EQ(relay().one<chat::failed>(anna).reason, chat::refusal::forbidden);
  declare(anna);
  EXPECT_THAT(relay().all<chat::changed>(anna), SizeIs(1)) << "what holds already";
  relay().send(anna, world::lane(1), chat::change{.request = 3, .what = change_kind::topic, .text = "birds"});
  relay().settle();
  relay().restart();
  const peer_id ben = reader(2);
  EXPECT_TRUE(relay().one<chat::room_state>(ben).is_live);
  EXPECT_EQ(relay().one<chat::room_state>(ben).topic, "birds");
}

TEST_F(LiveRooms, TakeNothingBetweenTheirDeclarationAndItsCommit) {
  const peer_id anna = come_named(1, "anna");
  declare(anna);
  relay().say(anna, 1, 0, "too early");
  const auto why = relay().one<chat::refused>(anna);
  EXPECT_EQ(why.reason, chat::refusal::busy);
  EXPECT_EQ(why.retry_after, 1s);
  relay().settle();
  relay().say(anna, 1, 0, "in time");
  EXPECT_THAT(relay().all<chat::relayed>(anna), SizeIs(1));
}

TEST_F(LiveRooms, AreNoneWhereTheirDeclarationCannotBeStored) {
  const peer_id anna = come_named(1, "anna");
  relay().store().fail_rules(true);
  declare(anna);
  relay().settle();
  EXPECT_EQ(relay().one<chat::failed>(anna).reason, chat::refusal::disk_full);
  relay().say(anna, 1, 0, "kept");
  relay().settle();
  EXPECT_THAT(relay().all<chat::committed>(anna), SizeIs(1));
}

TEST_F(LiveRooms, KeepRightsAndRates) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 3;
  const peer_id anna = open_stage();
  relay().advance(10s);
  for (std::uint64_t i = 0; i < 4; ++i) relay().say(anna, 1, i, "x");
  EXPECT_EQ(relay().one<chat::refused>(anna).reason, chat::refusal::rate);
  EXPECT_THAT(relay().all<chat::relayed>(anna), SizeIs(3));
  relay().advance(10s);
  relay().send(anna, world::lane(1), chat::change{.request = 4, .what = change_kind::kind, .value = 2});
  relay().settle();
  const peer_id guest = come(4);
  relay().say(guest, 1, 0, "may I?");
  EXPECT_EQ(relay().one<chat::refused>(guest).reason, chat::refusal::forbidden);
}

TEST(RelayedMemory, ForgetsTheOutboxThatWasSilentLongest) {
  relayed_memory memory;
  const auto outbox = [](std::size_t i) {
    outbox_id id{};
    id[0] = static_cast<std::uint8_t>(i);
    id[1] = static_cast<std::uint8_t>(i >> 8U);
    return id;
  };
  for (std::size_t i = 0; i < relayed_memory::outboxes_max; ++i) memory.add({}, outbox(i), 0, {log_position{1}, {}});
  memory.add({}, outbox(0), 1, {log_position{2}, {}});
  memory.add({}, outbox(relayed_memory::outboxes_max), 0, {log_position{3}, {}});
  EXPECT_EQ(memory.size(), relayed_memory::outboxes_max);
  EXPECT_TRUE(memory.find({}, outbox(0), 1));
  EXPECT_FALSE(memory.find({}, outbox(0), 2));
  EXPECT_FALSE(memory.find({}, outbox(1), 0));
}

}  // namespace
}  // namespace tern::relay::testing

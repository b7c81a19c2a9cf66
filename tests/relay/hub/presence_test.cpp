// Who is told who comes and goes.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Attendance : ::testing::Test {
  hub_limits limits = roomy_limits();
  std::unique_ptr<world> made;
  world& relay() {
    if (!made) made = std::make_unique<world>(limits);
    return *made;
  }
  peer_id enter(std::uint8_t person, const chat::join& op = {}) {
    const peer_id id = relay().connect(person);
    relay().bind_room(id, 1, "lobby");
    relay().join(id, 1, op);
    relay().settle();
    return id;
  }
  std::vector<chat::presence> told(peer_id id) { return relay().all<chat::presence>(id); }
};

TEST_F(Attendance, IsToldInBatches) {
  const peer_id anna = enter(1);
  relay().advance(1s);
  enter(2);
  relay().advance(100ms);
  enter(3);
  EXPECT_THAT(told(anna), IsEmpty());
  relay().advance(149ms);
  EXPECT_THAT(told(anna), IsEmpty());
  relay().advance(1ms);
  ASSERT_THAT(told(anna), SizeIs(2));
  EXPECT_EQ(told(anna)[0].what, chat::presence_change::joined);
  EXPECT_EQ(told(anna)[0].name, "guest-0202");
}

TEST_F(Attendance, TellsANewcomerWhoIsHereOnce) {
  enter(1);
  enter(2);
  relay().advance(1s);
  const peer_id carl = enter(3);
  relay().advance(1s);
  ASSERT_THAT(told(carl), SizeIs(2));
  for (const auto& person : told(carl)) EXPECT_EQ(person.what, chat::presence_change::here);
}

TEST_F(Attendance, TellsOfThoseWhoLeaveAndOfThoseWhoAreCutOff) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  const peer_id carl = enter(3);
  relay().advance(1s);
  relay().forget_heard();
  relay().send(ben, world::lane(1), chat::leave{});
  relay().disconnect(carl);
  relay().advance(1s);
  ASSERT_THAT(told(anna), SizeIs(2));
  for (const auto& person : told(anna)) EXPECT_EQ(person.what, chat::presence_change::left);
  EXPECT_THAT(told(ben), IsEmpty());
}

TEST_F(Attendance, DoesNotTellOfAQuickReconnect) {
  const peer_id anna = enter(1);
  const peer_id ben = enter(2);
  relay().advance(1s);
  relay().forget_heard();
  relay().disconnect(ben);
  relay().advance(100ms);
  enter(2);
  relay().advance(1s);
  EXPECT_THAT(told(anna), IsEmpty());
}

TEST_F(Attendance, LeavesOutThoseWhoDoNotAnnounceThemselves) {
  const peer_id anna = enter(1);
  const peer_id quiet = enter(2, {.announce = false});
  relay().advance(1s);
  EXPECT_THAT(told(anna), IsEmpty());
  EXPECT_THAT(told(quiet), IsEmpty());
}

TEST_F(Attendance, IsIntroducedAlsoWhenTheCursorHadToBeChecked) {
  const peer_id anna = enter(1);
  for (std::uint64_t i = 0; i < 3; ++i) relay().say(anna, 1, i, "x");
  relay().settle();
  const auto& row = relay().store().rows(log_number{1}).at(0);
  const peer_id ben = enter(2, {.from = chat::cursor{relay().store().snapshot().logs[0].id, row.position, row.chain}});
  relay().advance(1s);
  EXPECT_THAT(told(ben), SizeIs(1));
}

TEST_F(Attendance, IsNotToldInLargeRooms) {
  limits.presence_members_max = 3;
  const peer_id anna = enter(1);
  for (std::uint8_t person = 2; person <= 4; ++person) enter(person);
  relay().advance(1s);
  EXPECT_THAT(told(anna), IsEmpty());
}

TEST_F(Attendance, CostsASlowReaderNoMemory) {
  limits.peer_replies_bytes_max = 1000;
  const peer_id anna = enter(1);
  relay().advance(1s);
  relay().block(anna);
  for (std::uint8_t person = 2; person < 200; ++person) enter(person);
  relay().advance(1s);
  EXPECT_GT(relay().relay().counters().presence_dropped, 100U);
  relay().unblock(anna);
  EXPECT_LT(told(anna).size(), 40U);
}

TEST_F(Attendance, AnswersWhoIsHere) {
  const peer_id anna = enter(1);
  enter(2);
  relay().send(anna, world::lane(1), chat::who{4});
  EXPECT_THAT(relay().all<chat::person>(anna), SizeIs(2));
  EXPECT_EQ(relay().one<chat::list_end>(anna).request, 4U);
}

TEST_F(Attendance, CountsMembersInTheListOfRooms) {
  const peer_id anna = enter(1);
  enter(2);
  relay().send(anna, chat::control_lane, chat::rooms{6});
  EXPECT_EQ(relay().one<chat::room_info>(anna).members, 2U);
}

}  // namespace
}  // namespace tern::relay::testing

// CHANGE: what it does to those it is about, and to those who are there.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;
using chat::change_kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct RoomRights : ::testing::Test {
  world relay;
  peer_id anna{};
  peer_id ben{};
  std::uint64_t requests = 0;

  void SetUp() override {
    anna = enter(1, "anna");
    relay.say(anna, 1, 0, "this room is mine");
    ben = enter(2, "ben");
    relay.settle();
    relay.forget_heard();
  }
  peer_id connect(std::uint8_t person, const char* name) {
    const peer_id id = relay.connect(person);
    relay.send(id, chat::control_lane, chat::claim_name{name});
    relay.settle();
    return id;
  }
  peer_id enter(std::uint8_t person, const char* name) {
    const peer_id id = connect(person, name);
    bind(id);
    return id;
  }
  void bind(peer_id id) {
    relay.bind_room(id, 1, "den", 1);
    relay.join(id, 1);
    relay.settle();
  }
  void change(peer_id by, change_kind what, std::string who, std::uint64_t value = 0, std::string text = {}) {
    relay.send(
        by, world::lane(1),
        chat::change{++requests, what, chat::destination_kind::person_name, std::move(who), value, std::move(text)});
  }
  std::vector<chat::refusal> refusals(peer_id id) {
    std::vector<chat::refusal> all;
    for (const auto& each : relay.all<chat::failed>(id)) all.push_back(each.reason);
    for (const auto& each : relay.all<chat::refused>(id)) all.push_back(each.reason);
    for (const auto& each : relay.all<chat::unbound>(id)) all.push_back(each.reason);
    return all;
  }
};

TEST_F(RoomRights, AreToldToEveryoneThereOnceTheyAreDurable) {
  change(anna, change_kind::topic, "", 0, "birds");
  EXPECT_THAT(relay.all<chat::changed>(ben), IsEmpty());
  relay.settle();
  const auto news = relay.one<chat::changed>(ben);
  EXPECT_EQ(news.request, 0U);
  EXPECT_EQ(news.by_name, "anna");
  EXPECT_EQ(news.text, "birds");
  EXPECT_EQ(relay.one<chat::changed>(anna).request, 1U);
  relay.forget_heard();
  relay.join(ben, 1);
  EXPECT_EQ(relay.one<chat::room_state>(ben).topic, "birds");
}

TEST_F(RoomRights, GoOnAfterARestart) {
  change(anna, change_kind::role, "ben", static_cast<std::uint64_t>(room_role::member));
  relay.settle();
  change(anna, change_kind::kind, "", static_cast<std::uint64_t>(room_kind::invite_only));
  relay.settle();
  relay.restart();
  anna = relay.connect(1);
  ben = relay.connect(2);
  const peer_id eve = relay.connect(3);
  for (const peer_id id : {anna, ben, eve}) bind(id);
  EXPECT_EQ(relay.one<chat::room_state>(anna).role, room_role::owner);
  EXPECT_EQ(relay.one<chat::room_state>(ben).role, room_role::member);
  EXPECT_EQ(relay.one<chat::room_state>(ben).kind, room_kind::invite_only);
  EXPECT_THAT(refusals(eve), ElementsAre(chat::refusal::no_such));
}

TEST_F(RoomRights, AKickEndsTheReadingAndMayBeFollowedByAReturn) {
  change(anna, change_kind::kick, "ben", 0, "calm down");
  relay.settle();
  EXPECT_EQ(relay.one<chat::changed>(ben).text, "calm down");
  EXPECT_THAT(refusals(ben), ElementsAre(chat::refusal::forbidden));
  relay.say(anna, 1, 1, "peace");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), IsEmpty());
  relay.join(ben, 1);
  relay.say(anna, 1, 2, "welcome back");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre("welcome back"));
}

TEST_F(RoomRights, ABanHoldsFromWhenItIsTakenOn) {
  change(anna, change_kind::ban, "ben");
  relay.say(ben, 1, 0, "one more thing");
  relay.settle();
  EXPECT_THAT(refusals(ben), ElementsAre(chat::refusal::no_such, chat::refusal::no_such)) << "reading, and speaking";
  EXPECT_THAT(relay.entries(anna), IsEmpty());
  const peer_id again = relay.connect(2);
  relay.bind_room(again, 1, "den");
  EXPECT_THAT(refusals(again), ElementsAre(chat::refusal::no_such));
}

TEST_F(RoomRights, WhatWasTakenOnBeforeTheBanIsCommitted) {
  relay.say(ben, 1, 0, "just in time");
  change(anna, change_kind::ban, "ben");
  relay.settle();
  EXPECT_THAT(relay.entries(anna), ElementsAre("just in time"));
}

TEST_F(RoomRights, ABanAndAMuteEnd) {
  change(anna, change_kind::mute, "ben", 60);
  relay.settle();
  relay.say(ben, 1, 0, "early");
  relay.advance(61s);
  relay.say(ben, 1, 1, "late");
  relay.settle();
  EXPECT_THAT(relay.entries(anna), ElementsAre("late"));
  change(anna, change_kind::ban, "ben", 60);
  relay.settle();
  relay.advance(61s);
  relay.forget_heard();
  bind(ben);
  EXPECT_THAT(refusals(ben), IsEmpty());
}

TEST_F(RoomRights, AreTakenBackWhereTheyCannotBeStored) {
  relay.store().fail_rules(true);
  change(anna, change_kind::ban, "ben");
  relay.settle();
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::disk_full));
  EXPECT_THAT(relay.all<chat::changed>(ben), IsEmpty());
  relay.say(ben, 1, 0, "still here");
  relay.settle();
  EXPECT_THAT(relay.entries(anna), ElementsAre("still here"));
}

TEST_F(RoomRights, OneChangeOfARoomAtATime) {
  change(anna, change_kind::topic, "", 0, "birds");
  change(anna, change_kind::topic, "", 0, "terns");
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::busy));
  relay.settle();
  change(anna, change_kind::topic, "", 0, "terns");
  relay.settle();
  EXPECT_EQ(relay.all<chat::changed>(ben).back().text, "terns");
}

TEST_F(RoomRights, WhoeverGivesTheRoomAwayHelpsToRuleIt) {
  change(anna, change_kind::role, "ben", static_cast<std::uint64_t>(room_role::owner));
  relay.settle();
  change(anna, change_kind::kind, "", 1);
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::forbidden));
  change(anna, change_kind::topic, "", 0, "a moderator may");
  relay.settle();
  EXPECT_EQ(relay.all<chat::changed>(anna).size(), 2U);
  change(ben, change_kind::kind, "", 1);
  relay.settle();
  EXPECT_THAT(refusals(ben), IsEmpty());
}

TEST_F(RoomRights, AreNotTurnedAgainstOneself) {
  for (const auto what : {change_kind::kick, change_kind::ban, change_kind::mute, change_kind::role}) {
    relay.forget_heard();
    change(anna, what, "anna");
    EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::forbidden));
  }
}

TEST_F(RoomRights, BelongToTheFirstWithANameButNotInTheLobby) {
  const peer_id guest = relay.connect(7);
  relay.bind_room(guest, 1, "alley", 1);
  relay.say(guest, 1, 0, "nobody's");
  relay.bind_room(ben, 2, "alley", 2);
  relay.bind_room(ben, 3, std::string{commons}, 3);
  relay.say(ben, 3, 0, "everybody's");
  relay.settle();
  for (const std::uint64_t lane : {std::uint64_t{2}, std::uint64_t{3}}) {
    relay.send(ben, world::lane(lane), chat::change{.request = lane, .text = "mine?"});
    EXPECT_EQ(relay.all<chat::failed>(ben).back().reason, chat::refusal::forbidden);
  }
}

TEST_F(RoomRights, MakeAnInviteOnlyRoomBeforeItsFirstMessage) {
  relay.bind_room(ben, 2, "secret", 2);
  relay.send(ben, world::lane(2), chat::change{.request = 9, .what = change_kind::kind, .value = 1});
  relay.settle();
  EXPECT_EQ(relay.one<chat::changed>(ben).request, 9U);
  relay.bind_room(anna, 2, "secret", 2);
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::no_such));
  relay.restart();
  const peer_id again = relay.connect(1);
  relay.bind_room(again, 2, "secret");
  EXPECT_THAT(refusals(again), ElementsAre(chat::refusal::no_such));
}

TEST_F(RoomRights, LetAPersonShutSomeoneOut) {
  const auto own = [&](peer_id id) {
    relay.send(id, world::lane(5), chat::bind{.kind = chat::destination_kind::own_inbox});
  };
  own(ben);
  relay.send(ben, world::lane(5), chat::change{.request = 1, .what = change_kind::ban, .who = "anna"});
  relay.send(anna, world::lane(4), chat::bind{.kind = chat::destination_kind::person_name, .destination = "ben"});
  relay.say(anna, 4, 0, "please");
  relay.settle();
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::forbidden));
}

TEST_F(RoomRights, GuestsAreFoundWhereTheyAre) {
  const peer_id guest = relay.connect(7);
  bind(guest);
  change(anna, change_kind::kick, "guest-0707");
  EXPECT_THAT(refusals(guest), ElementsAre(chat::refusal::forbidden));
  change(anna, change_kind::kick, "guest-0707");
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::no_such)) << "gone";
}

TEST_F(RoomRights, GuestsWhoAreCalledAlikeAreNotFoundByThat) {
  const peer_id guest = relay.connect(7);
  bind(guest);
  client_key other = world::key(7);
  other[31] = 0;
  const peer_id double_ganger{1'000};
  relay.relay().on_connected(double_ganger, other, false, {}, relay.now());
  bind(double_ganger);
  change(anna, change_kind::kick, "guest-0707");
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::no_such));
  relay.disconnect(double_ganger);
  change(anna, change_kind::kick, "guest-0707");
  EXPECT_THAT(refusals(guest), ElementsAre(chat::refusal::forbidden)) << "kicked";
}

TEST_F(RoomRights, VisitorsOfTheTextGatewayAreFoundByTheNameTheyTook) {
  const peer_id visitor = relay.connect_text();
  relay.send(visitor, chat::control_lane, chat::claim_name{"eve"});
  bind(visitor);
  change(anna, change_kind::kick, "guest-ev");
  change(anna, change_kind::kick, "guest-eve");
  EXPECT_THAT(refusals(anna), ElementsAre(chat::refusal::no_such));
  EXPECT_THAT(refusals(visitor), ElementsAre(chat::refusal::forbidden)) << "kicked";
}

peer_id anna_in_den(world& relay) {
  const peer_id anna = relay.connect(1);
  relay.send(anna, chat::control_lane, chat::claim_name{"anna"});
  relay.settle();
  relay.bind_room(anna, 1, "den");
  return anna;
}

TEST(RoomChanges, AreNoFasterThanSaying) {
  world relay{slow_key_limits(2)};
  const peer_id anna = anna_in_den(relay);
  for (std::uint64_t request = 1; request <= 2; ++request) {
    const std::string topic = "topic " + std::to_string(request);
    relay.send(anna, world::lane(1),
               chat::change{request, change_kind::topic, chat::destination_kind::person_name, {}, 0, topic});
    relay.settle();
  }
  EXPECT_EQ(relay.one<chat::failed>(anna).request, 2U);
  EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::rate);
  EXPECT_GT(relay.one<chat::failed>(anna).retry_after, 0ms);
}

TEST(RoomChanges, CountWhateverComesOfThem) {
  world relay{slow_key_limits(5)};
  const peer_id anna = anna_in_den(relay);
  const auto change = [&](change_kind what, std::string who, std::string text) {
    relay.forget_heard();
    relay.send(anna, world::lane(1),
               chat::change{1, what, chat::destination_kind::person_name, std::move(who), 0, std::move(text)});
    relay.settle();
  };
  change(change_kind::topic, "", "birds");
  change(change_kind::topic, "", "birds");  // changes nothing
  EXPECT_EQ(relay.one<chat::changed>(anna).text, "birds");
  change(change_kind::kick, "nobody", "");
  EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::no_such);
  change(change_kind::kick, "anna", "");
  EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::forbidden);
  change(change_kind::topic, "", "birds");
  EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::rate);
  EXPECT_EQ(relay.one<chat::failed>(anna).retry_after, 1s);
  EXPECT_EQ(relay.relay().counters().requests_rate, 1U);
  relay.advance(1s);
  change(change_kind::topic, "", "birds");
  EXPECT_THAT(relay.all<chat::failed>(anna), IsEmpty());
}

TEST_F(RoomRights, AKeyThatIsRefusedTooOftenWaits) {
  for (int i = 0; i < 10; ++i) change(ben, change_kind::topic, "", 0, "mine");
  EXPECT_EQ(relay.relay().counters().forbidden, 10U);
  change(ben, change_kind::topic, "", 0, "mine");
  EXPECT_EQ(relay.all<chat::failed>(ben).back().reason, chat::refusal::rate);
  EXPECT_EQ(relay.all<chat::failed>(ben).back().retry_after, 5min);
  EXPECT_EQ(relay.relay().counters().rights_wait, 1U);
  relay.say(ben, 1, 0, "what is allowed goes on");
  relay.settle();
  EXPECT_THAT(relay.entries(anna), ElementsAre("what is allowed goes on"));
  relay.advance(5min);
  change(ben, change_kind::topic, "", 0, "mine");
  EXPECT_EQ(relay.all<chat::failed>(ben).back().reason, chat::refusal::forbidden);
}

TEST(RoomLimits, AKeyOwnsOnlySoManyRooms) {
  hub_limits limits = roomy_limits();
  limits.rooms_owned_max = 2;
  world relay{limits};
  const peer_id anna = relay.connect(1);
  relay.send(anna, chat::control_lane, chat::claim_name{"anna"});
  relay.settle();
  for (const std::uint64_t i : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}}) {
    relay.bind_room(anna, i, "room" + std::to_string(i), static_cast<std::uint8_t>(i));
    relay.say(anna, i, 0, "mine");
    relay.settle();
  }
  EXPECT_EQ(relay.one<chat::refused>(anna).reason, chat::refusal::room_full);
  EXPECT_EQ(relay.relay().counters().rooms_owned_full, 1U);
  const peer_id ben = relay.connect(2);
  relay.send(ben, chat::control_lane, chat::claim_name{"ben"});
  relay.settle();
  relay.send(anna, world::lane(1), chat::change{.request = 1, .what = change_kind::role, .who = "ben", .value = 3});
  relay.settle();
  relay.say(anna, 3, 1, "now there is space");
  relay.settle();
  EXPECT_EQ(relay.all<chat::committed>(anna).size(), 3U);
}

TEST(RoomLimits, ARoomHasPlaceForSoManyRights) {
  hub_limits limits = roomy_limits();
  limits.room_rights_max = 4;
  world relay{limits};
  const peer_id anna = anna_in_den(relay);
  const auto ban = [&](std::uint8_t person, std::uint64_t seconds) {
    chat::change wish{.request = person, .what = change_kind::ban, .who_kind = chat::destination_kind::person_key};
    wish.who = proto::as_text(world::key(person));
    wish.value = seconds;
    relay.send(anna, world::lane(1), wish);
    relay.settle();
  };
  ban(2, 60);
  ban(3, 0);
  ban(4, 0);
  EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::room_full);
  EXPECT_EQ(relay.relay().counters().rights_full, 1U);
  relay.advance(61s);
  ban(4, 0);
  EXPECT_EQ(relay.all<chat::changed>(anna).size(), 3U) << "what has ended takes no place";
}

}  // namespace
}  // namespace tern::relay::testing

// Every limit of the hub, at the limit and one above.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Limits : ::testing::Test {
  hub_limits limits = roomy_limits();
  std::unique_ptr<world> made;
  world& relay() {
    if (!made) made = std::make_unique<world>(limits);
    return *made;
  }
  peer_id writer(std::uint8_t person = 1, std::string room = "lobby") {
    const peer_id id = relay().connect(person);
    relay().bind_room(id, 1, std::move(room));
    return id;
  }
};

TEST_F(Limits, RefusesAKeyThatSaysTooMuchAndTellsWhenToComeBack) {
  limits.key_messages_rate = 20;
  limits.key_messages_burst = 100;
  const peer_id anna = writer();
  for (std::uint64_t i = 0; i < 101; ++i) relay().say(anna, 1, i, "x");
  relay().settle();
  EXPECT_THAT(relay().all<chat::committed>(anna), SizeIs(100));
  const auto refusal = relay().one<chat::refused>(anna);
  EXPECT_EQ(refusal.counter, 100U);
  EXPECT_EQ(refusal.reason, chat::refusal::rate);
  EXPECT_EQ(refusal.retry_after, 50ms);
  EXPECT_EQ(relay().relay().counters().say_rate_key, 1U);

  relay().say(anna, 1, 101, "later, but out of turn");
  relay().advance(refusal.retry_after);
  relay().say(anna, 1, 100, "x");
  relay().settle();
  EXPECT_THAT(relay().all<chat::committed>(anna), SizeIs(101));
}

TEST_F(Limits, ChangeWhileItRuns) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 1;
  limits.message_bytes_max = 100;
  const peer_id anna = writer();
  relay().say(anna, 1, 0, "a");
  relay().say(anna, 1, 1, "b");
  relay().settle();
  EXPECT_THAT(relay().all<chat::refused>(anna), SizeIs(1));

  limits.key_messages_burst = 10;
  limits.message_bytes_max = 3;
  relay().relay().change_limits(limits);
  relay().say(anna, 1, 1, "b");
  relay().say(anna, 1, 2, "long");
  relay().settle();
  EXPECT_THAT(relay().all<chat::committed>(anna), SizeIs(2));
  EXPECT_EQ(relay().all<chat::refused>(anna).back().reason, chat::refusal::too_big);
}

TEST_F(Limits, KeepWhatARateRemembersWhereAnotherOneChanges) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 1;
  const peer_id anna = writer();
  relay().say(anna, 1, 0, "a");
  relay().settle();
  limits.room_messages_rate = 7;
  relay().relay().change_limits(limits);
  relay().say(anna, 1, 1, "b");
  relay().settle();
  EXPECT_THAT(relay().all<chat::refused>(anna), SizeIs(1));
}

TEST_F(Limits, CountsAllConnectionsOfAKeyTogether) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 2;
  const peer_id first = writer();
  const peer_id second = writer();
  relay().say(first, 1, 0, "a");
  relay().say(second, 1, 1, "b");
  relay().say(second, 1, 2, "c");
  relay().settle();
  EXPECT_THAT(relay().all<chat::refused>(second), SizeIs(1));
}

TEST_F(Limits, RemembersTheRateOverAReconnect) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 1;
  const peer_id first = writer();
  relay().say(first, 1, 0, "a");
  relay().settle();
  relay().disconnect(first);
  const peer_id again = writer();
  relay().say(again, 1, 1, "b");
  EXPECT_THAT(relay().all<chat::refused>(again), SizeIs(1));
}

TEST_F(Limits, RemembersNoMoreKeysThatAreGoneThanItsMaximum) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 2;
  limits.remembered_keys_max = 2;
  const auto visit = [&](std::uint8_t person, std::uint64_t messages) {
    const peer_id id = writer(person);
    for (std::uint64_t i = 0; i < messages; ++i) relay().say(id, 1, i, "x");
    relay().settle();
    relay().disconnect(id);
  };
  visit(1, 2);
  visit(2, 1);
  visit(3, 2);
  EXPECT_EQ(relay().relay().counters().key_forgotten, 1U);
  const auto is_refused = [&](std::uint8_t person) {
    const peer_id id = writer(person);
    for (std::uint64_t i = 2; i < 4; ++i) relay().say(id, 1, i, "x");
    return !relay().all<chat::refused>(id).empty();
  };
  EXPECT_TRUE(is_refused(1));
  EXPECT_FALSE(is_refused(2)) << "who was nearest to be forgotten was";
  EXPECT_TRUE(is_refused(3));
}

TEST_F(Limits, RefusesAKeyThatSendsTooManyBytes) {
  limits.key_bytes_rate = 1000;
  limits.key_bytes_burst = 1000;
  const peer_id anna = writer();
  relay().say(anna, 1, 0, std::string(1000, 'x'));
  relay().say(anna, 1, 1, "y");
  relay().settle();
  EXPECT_EQ(relay().one<chat::refused>(anna).retry_after, 1ms);
  EXPECT_EQ(relay().relay().counters().say_bytes_key, 1U);
}

TEST_F(Limits, RefusesARoomThatIsTooBusy) {
  limits.room_messages_rate = 10;
  limits.room_messages_burst = 2;
  const peer_id anna = writer(1);
  const peer_id ben = writer(2);
  relay().say(anna, 1, 0, "a");
  relay().say(ben, 1, 0, "b");
  relay().say(anna, 1, 1, "c");
  relay().settle();
  EXPECT_EQ(relay().one<chat::refused>(anna).reason, chat::refusal::rate);
  EXPECT_EQ(relay().relay().counters().say_rate_room, 1U);
  const peer_id carl = writer(3, "attic");
  relay().say(carl, 1, 0, "elsewhere");
  relay().settle();
  EXPECT_THAT(relay().all<chat::committed>(carl), SizeIs(1));
}

TEST_F(Limits, RefusesAMessageAboveTheMaximum) {
  limits.message_bytes_max = 1000;
  const peer_id anna = writer();
  relay().say(anna, 1, 0, std::string(1000, 'x'));
  relay().say(anna, 1, 1, std::string(1001, 'x'));
  relay().say(anna, 1, 2, "goes on");
  relay().settle();
  EXPECT_EQ(relay().one<chat::refused>(anna).reason, chat::refusal::too_big);
  EXPECT_THAT(relay().all<chat::committed>(anna), SizeIs(2));
  EXPECT_EQ(relay().relay().counters().say_too_big, 1U);
}

TEST_F(Limits, RefusesRoomsAboveTheMaximum) {
  limits.rooms_max = 2;
  const peer_id anna = relay().connect(1);
  relay().bind_room(anna, 1, "one");
  relay().bind_room(anna, 2, "two");
  relay().bind_room(anna, 3, "three");
  EXPECT_EQ(relay().one<chat::unbound>(anna).reason, chat::refusal::room_full);
  EXPECT_EQ(relay().relay().counters().rooms_full, 1U);
  EXPECT_THAT(relay().all<chat::bound>(anna), SizeIs(2));
}

TEST_F(Limits, RefusesInboxesAboveTheMaximum) {
  limits.inboxes_max = 1;
  const peer_id anna = relay().connect(1);
  const auto bind_person = [&](std::uint64_t lane, std::uint8_t person) {
    chat::bind op{.kind = chat::destination_kind::person_key,
                  .destination = std::string{proto::as_text(world::key(person))}};
    op.client_time = relay().wall();
    relay().send(anna, world::lane(lane), op);
  };
  bind_person(1, 2);
  bind_person(2, 3);
  EXPECT_EQ(relay().one<chat::unbound>(anna).reason, chat::refusal::room_full);
  EXPECT_EQ(relay().relay().counters().rooms_full, 1U);
  bind_person(3, 2);
  EXPECT_THAT(relay().all<chat::bound>(anna), SizeIs(2));
}

TEST_F(Limits, RefusesNamesAboveTheMaximum) {
  limits.names_max = 1;
  const peer_id anna = relay().connect(1);
  const peer_id ben = relay().connect(2);
  relay().send(anna, chat::control_lane, chat::claim_name{"anna"});
  relay().settle();
  relay().send(ben, chat::control_lane, chat::claim_name{"ben"});
  EXPECT_EQ(relay().one<chat::failed>(ben).reason, chat::refusal::busy);
  EXPECT_EQ(relay().relay().counters().names_refused, 1U);
}

TEST_F(Limits, RefusesWhatALogHasNoSpaceFor) {
  const peer_id anna = writer();
  relay().say(anna, 1, 0, "fits");
  relay().settle();
  relay().store().fail_appends(append_status::log_full);
  relay().say(anna, 1, 1, "does not");
  relay().settle();
  const auto refusal = relay().one<chat::refused>(anna);
  EXPECT_EQ(refusal.reason, chat::refusal::room_full);
  EXPECT_EQ(refusal.text, "the room is full");
  EXPECT_EQ(relay().relay().counters().storage_refusals, 1U);
}

TEST_F(Limits, RefusesFurtherDestinationsOfAConnection) {
  limits.peer_lanes_max = 2;
  const peer_id anna = relay().connect(1);
  for (std::uint64_t i = 1; i <= 3; ++i) relay().bind_room(anna, i, "room-" + std::to_string(i));
  EXPECT_EQ(relay().one<chat::unbound>(anna).reason, chat::refusal::busy);
  EXPECT_EQ(relay().relay().counters().lanes_full, 1U);
  relay().bind_room(anna, 2, "room-2");  // a bound lane stays bound
  EXPECT_THAT(relay().all<chat::bound>(anna), SizeIs(3));
}

TEST_F(Limits, RefusesFurtherReadersOfARoom) {
  limits.room_members_max = 2;
  for (std::uint8_t person = 1; person <= 2; ++person) relay().join(writer(person), 1);
  const peer_id third = writer(3);
  relay().join(third, 1);
  EXPECT_EQ(relay().one<chat::failed>(third).reason, chat::refusal::room_full);
  EXPECT_EQ(relay().relay().counters().members_full, 1U);
}

TEST_F(Limits, RefusesFurtherRoomsOfAConnection) {
  limits.rooms_joined_max = 1;
  const peer_id anna = writer();
  relay().bind_room(anna, 2, "attic");
  relay().join(anna, 1);
  relay().join(anna, 2);
  EXPECT_EQ(relay().one<chat::failed>(anna).reason, chat::refusal::room_full);
  EXPECT_EQ(relay().relay().counters().members_full, 1U);
  relay().send(anna, world::lane(1), chat::leave{});
  relay().join(anna, 2);
  EXPECT_THAT(relay().all<chat::live>(anna), SizeIs(2));
}

TEST_F(Limits, EvictsTheLongestSilentOfTooManyConnections) {
  limits.key_connections_max = 3;
  const peer_id first = relay().connect(1);
  relay().advance(1s);
  const peer_id second = relay().connect(1);
  relay().advance(1s);
  relay().connect(1);
  relay().advance(1s);
  relay().bind_room(first, 1, "lobby");
  relay().advance(1s);
  relay().connect(1);
  ASSERT_THAT(relay().disconnects, SizeIs(1));
  EXPECT_EQ(relay().disconnects[0].peer, second);
  EXPECT_EQ(relay().relay().counters().evicted, 1U);
  EXPECT_EQ(relay().disconnects[0].code, proto::close_code::evicted);
  EXPECT_EQ(relay().relay().peer_count(), 3U);
}

TEST_F(Limits, EvictsNobodyWhoWaitsForACommit) {
  limits.key_connections_max = 3;
  std::vector<peer_id> senders;
  for (std::uint64_t i = 0; i < 50; ++i) {
    senders.push_back(relay().connect(1));
    relay().bind_room(senders.back(), 1, "lobby", static_cast<std::uint8_t>(i));
    relay().say(senders.back(), 1, 0, std::to_string(i));
  }
  EXPECT_THAT(relay().disconnects, SizeIs(0));
  relay().settle();
  for (const peer_id id : senders) EXPECT_THAT(relay().all<chat::committed>(id), SizeIs(1));
  relay().connect(1);
  EXPECT_THAT(relay().disconnects, SizeIs(48));
}

TEST_F(Limits, DoesNotEvictTheOneThatWasJustValidated) {
  limits.key_connections_max = 1;
  const peer_id fresh = relay().connect(1, true);
  relay().advance(1s);
  const peer_id old = relay().connect(1);
  relay().advance(1s);
  relay().relay().on_validated(fresh, {}, relay().now());
  relay().drain_actions();
  ASSERT_THAT(relay().disconnects, SizeIs(1));
  EXPECT_EQ(relay().disconnects[0].peer, old);
}

TEST_F(Limits, TakesNoFurtherInputWhileTooMuchIsOnItsWayToTheStore) {
  limits.peer_pending_max = 3;
  const peer_id anna = writer();
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(relay().relay().takes_input(anna));
    relay().say(anna, 1, i, "x");
  }
  EXPECT_FALSE(relay().relay().takes_input(anna));
  EXPECT_THAT(relay().resumed, SizeIs(0));
  relay().settle(1);
  EXPECT_THAT(relay().resumed, ElementsAre(anna));
  EXPECT_TRUE(relay().relay().takes_input(anna));
}

TEST_F(Limits, TakesNoFurtherInputWhileItsAnswersWait) {
  limits.peer_replies_bytes_max = 500;
  const peer_id anna = writer();
  relay().block(anna);
  std::uint64_t asked = 0;
  while (relay().relay().takes_input(anna) && asked < 1000) {
    relay().send(anna, chat::control_lane, chat::rooms{asked++});
  }
  EXPECT_LT(asked, 100U);
  relay().unblock(anna);
  EXPECT_THAT(relay().resumed, ElementsAre(anna));
}

TEST_F(Limits, TakesNoFurtherInputWhileItsPagesAreRead) {
  limits.peer_reads_max = 2;
  const peer_id anna = writer();
  relay().say(anna, 1, 0, "x");
  relay().settle();
  for (int i = 0; i < 2; ++i) relay().send(anna, world::lane(1), chat::history{.limit = 1});
  EXPECT_FALSE(relay().relay().takes_input(anna));
  relay().settle();
  EXPECT_TRUE(relay().relay().takes_input(anna));
}

TEST_F(Limits, RefusesReadsWhenTheStoreIsBehindWithThem) {
  limits.reads_max = 1;
  const peer_id anna = writer();
  const peer_id ben = writer(2);
  relay().say(anna, 1, 0, "x");
  relay().settle();
  relay().send(anna, world::lane(1), chat::history{.request = 1});
  relay().disconnect(anna);
  relay().send(ben, world::lane(1), chat::history{.request = 2});
  relay().join(ben, 1, {.backlog_max = 1});
  const auto refusals = relay().all<chat::failed>(ben);
  ASSERT_EQ(refusals.size(), 2U);
  for (const auto& each : refusals) {
    EXPECT_EQ(each.reason, chat::refusal::busy);
    EXPECT_EQ(each.retry_after, 1s);
  }
  EXPECT_EQ(relay().relay().counters().store_behind, 2U);
  relay().settle();
  relay().join(ben, 1);
  relay().settle();
  EXPECT_THAT(relay().all<chat::live>(ben), SizeIs(1));
}

TEST_F(Limits, LetsInWhoeverReadsNothingWhenTheStoreIsBehind) {
  limits.reads_max = 1;
  const peer_id anna = writer();
  const peer_id ben = writer(2);
  const peer_id eve = writer(3);
  relay().say(anna, 1, 0, "x");
  relay().settle();
  relay().join(anna, 1, {.backlog_max = 1});
  relay().settle();
  const chat::entry said = relay().one<chat::entry>(anna);
  relay().send(anna, world::lane(1), chat::history{.request = 1});
  relay().join(ben, 1);
  relay().join(eve, 1, {.from = chat::cursor{relay().one<chat::bound>(eve).log, said.position, said.chain}});
  for (const peer_id reader : {ben, eve}) {
    EXPECT_THAT(relay().all<chat::failed>(reader), IsEmpty());
    EXPECT_THAT(relay().all<chat::live>(reader), SizeIs(1));
  }
}

TEST_F(Limits, RefusesNamesAndChangesWhenTheStoreIsBehindWithThem) {
  limits.pending_names_max = 1;
  limits.pending_changes_max = 1;
  const auto claim = [&](std::uint8_t person, const char* name) {
    const peer_id id = writer(person, name);
    relay().send(id, chat::control_lane, chat::claim_name{name});
    return id;
  };
  const auto expect_busy = [&](peer_id who) {
    const auto refusal = relay().one<chat::failed>(who);
    EXPECT_EQ(refusal.reason, chat::refusal::busy);
    EXPECT_EQ(refusal.retry_after, 1s);
    relay().forget_heard();
  };
  relay().disconnect(claim(1, "anna"));
  expect_busy(claim(2, "ben"));
  relay().settle();
  const peer_id ben = claim(2, "ben");
  relay().settle();
  const peer_id eve = claim(3, "eve");
  relay().settle();
  const auto topic = [&](peer_id by) {
    relay().send(by, world::lane(1), chat::change{.request = 1, .what = chat::change_kind::topic, .text = "birds"});
  };
  topic(ben);
  topic(eve);
  expect_busy(eve);
  EXPECT_EQ(relay().relay().counters().store_behind, 2U);
  relay().settle();
  topic(eve);
  relay().settle();
  EXPECT_EQ(relay().one<chat::changed>(eve).text, "birds");
}

TEST_F(Limits, RefusesWhenTheStoreIsBehind) {
  limits.pending_bytes_max = 1000;
  const peer_id anna = writer();
  relay().say(anna, 1, 0, std::string(600, 'x'));
  relay().say(anna, 1, 1, std::string(600, 'x'));
  relay().settle();
  const auto refusal = relay().one<chat::refused>(anna);
  EXPECT_EQ(refusal.reason, chat::refusal::busy);
  EXPECT_EQ(refusal.retry_after, 1s);
  EXPECT_EQ(relay().relay().counters().say_busy, 1U);
  relay().say(anna, 1, 1, std::string(600, 'x'));
  relay().settle();
  EXPECT_THAT(relay().all<chat::committed>(anna), SizeIs(2));
}

TEST_F(Limits, RefusesWhenTooManyMessagesAreOnTheirWayToTheStore) {
  limits.pending_max = 2;
  const peer_id anna = writer(1);
  const peer_id ben = writer(2);
  relay().say(anna, 1, 0, "a");
  relay().say(anna, 1, 1, "b");
  relay().say(ben, 1, 0, "c");
  EXPECT_EQ(relay().one<chat::refused>(ben).reason, chat::refusal::busy);
  relay().settle();
  relay().say(ben, 1, 0, "c");
  relay().settle();
  EXPECT_THAT(relay().all<chat::committed>(ben), SizeIs(1));
}

TEST_F(Limits, SaysThatWhatMayBeLostIsNotKept) {
  const peer_id anna = writer();
  const proto::lane_id unreliable{1, proto::priority::interactive, proto::delivery::unreliable};
  relay().send(anna, unreliable, chat::say{0, chat::body_kind::text, {'x'}});
  EXPECT_EQ(relay().one<chat::failed>(anna).reason, chat::refusal::forbidden);
  EXPECT_EQ(relay().relay().counters().not_durable, 1U);
  EXPECT_THAT(relay().disconnects, SizeIs(0));
}

TEST_F(Limits, ListsNoMoreRoomsThanItsMaximum) {
  limits.rooms_listed_max = 5;
  const peer_id anna = relay().connect(1);
  for (std::uint64_t i = 1; i <= 9; ++i) relay().bind_room(anna, i, "room-" + std::to_string(i));
  relay().send(anna, chat::control_lane, chat::rooms{1});
  EXPECT_THAT(relay().all<chat::room_info>(anna), SizeIs(5));
}

TEST_F(Limits, ListsRoomsNoFasterThanMessagesAreSaid) {
  limits.key_messages_rate = 10;
  limits.key_messages_burst = 1;
  const peer_id anna = writer();
  for (std::uint64_t request = 1; request <= 2; ++request) relay().send(anna, chat::control_lane, chat::rooms{request});
  EXPECT_EQ(relay().one<chat::list_end>(anna).request, 1U);
  const auto refusal = relay().one<chat::failed>(anna);
  EXPECT_EQ(refusal.request, 2U);
  EXPECT_EQ(refusal.reason, chat::refusal::rate);
  EXPECT_EQ(refusal.retry_after, 100ms);
}

TEST_F(Limits, HaveNamesThatAreAllDifferent) {
  std::set<std::string_view> names;
  for (const auto& known : limit_fields) EXPECT_TRUE(names.insert(known.name).second) << known.name;
}

}  // namespace
}  // namespace tern::relay::testing

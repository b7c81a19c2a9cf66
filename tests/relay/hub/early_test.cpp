// Early data: what may be taken from a connection that could be a replay.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;

struct Early : ::testing::Test {
  hub_limits limits = roomy_limits();
  std::unique_ptr<world> made;
  world& relay() {
    if (!made) made = std::make_unique<world>(limits);
    return *made;
  }

  chat::bind to_lobby(std::chrono::milliseconds clock_error = 0ms) {
    chat::bind op{.destination = "lobby"};
    op.client_time = relay().wall() + clock_error;
    return op;
  }
  static chat::say hello(std::uint64_t counter = 0) { return {counter, chat::body_kind::text, {'h', 'i'}}; }

  bool offer(peer_id id, const std::vector<chat::client_op>& ops, proto::lane_id lane = world::lane(1)) {
    std::vector<early_message> messages;
    for (const auto& op : ops) messages.push_back({lane, chat::encode(op)});
    relay().relay().on_early(id, messages, relay().now(), relay().wall());
    relay().settle();
    return relay().verdicts.back().taken;
  }
};

TEST_F(Early, IsTakenForAMessageToARoom) {
  const peer_id anna = relay().connect(1, true);
  EXPECT_TRUE(offer(anna, {to_lobby(), hello()}));
  EXPECT_EQ(relay().one<chat::committed>(anna).position, log_position{1});
}

TEST_F(Early, IsAnsweredAllAtOnce) {
  const peer_id anna = relay().connect(1, true);
  const std::vector<early_message> messages{{world::lane(1), chat::encode(to_lobby())},
                                            {world::lane(1), chat::encode(chat::client_op{hello()})}};
  relay().relay().on_early(anna, messages, relay().now(), relay().wall());
  relay().drain_actions();
  EXPECT_TRUE(relay().heard_by(anna).empty());  // not even BOUND: REPLY waits for the first answer only
  relay().settle();
  EXPECT_EQ(relay().heard_by(anna).size(), 2U);
}

TEST_F(Early, HoldsNothingBackOnceItIsValidated) {
  const peer_id anna = relay().connect(1, true);
  const std::vector<early_message> messages{{world::lane(1), chat::encode(to_lobby())},
                                            {world::lane(1), chat::encode(chat::client_op{hello()})}};
  relay().relay().on_early(anna, messages, relay().now(), relay().wall());
  relay().relay().on_validated(anna, {}, relay().now());
  relay().drain_actions();
  EXPECT_EQ(relay().heard_by(anna).size(), 1U);
}

TEST_F(Early, IsTakenForAMessageToAPerson) {
  chat::bind op = to_lobby();
  op.kind = chat::destination_kind::person_key;
  op.destination = std::string{proto::as_text(world::key(2))};
  const auto is_taken_from = [&](std::uint8_t person) { return offer(relay().connect(person, true), {op, hello()}); };
  EXPECT_FALSE(is_taken_from(1)) << "a guest would begin the inbox: whose address is not proved could begin them all";
  const peer_id anna = relay().connect(3);
  relay().send(anna, chat::control_lane, chat::claim_name{"anna"});
  relay().settle();
  EXPECT_TRUE(is_taken_from(3)) << "who has a name may";
  EXPECT_TRUE(is_taken_from(1)) << "it is there";
}

TEST_F(Early, IsCommittedOnceWhenItIsReplayed) {
  for (int i = 0; i < 3; ++i) {
    const peer_id replayed = relay().connect(1, true);
    EXPECT_TRUE(offer(replayed, {to_lobby(), hello()}));
  }
  EXPECT_EQ(relay().store().rows(log_number{1}).size(), 1U);
  EXPECT_EQ(relay().relay().counters().duplicates, 2U);
}

TEST_F(Early, DoesNotUseUpTheRateOfTheOneWhoIsReplayed) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 2;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(offer(relay().connect(1, true), {to_lobby(), hello()}));
  const peer_id anna = relay().connect(1);
  relay().bind_room(anna, 1, "lobby");
  relay().say(anna, 1, 1, "mine");
  relay().settle();
  EXPECT_EQ(relay().all<chat::refused>(anna).size(), 0U);
}

TEST_F(Early, IsLimitedByTheRateWhenItIsNew) {
  limits.key_messages_rate = 1;
  limits.key_messages_burst = 2;
  for (std::uint64_t i = 0; i < 2; ++i) offer(relay().connect(1, true), {to_lobby(), hello(i)});
  const peer_id third = relay().connect(1, true);
  offer(third, {to_lobby(), hello(2)});
  EXPECT_EQ(relay().one<chat::refused>(third).reason, chat::refusal::rate);
}

TEST_F(Early, IsNotTakenWhenTheClocksAreFarApart) {
  EXPECT_TRUE(offer(relay().connect(1, true), {to_lobby(10min), hello()}));
  EXPECT_TRUE(offer(relay().connect(1, true), {to_lobby(-10min), hello()}));
  EXPECT_FALSE(offer(relay().connect(1, true), {to_lobby(10min + 1ms), hello()}));
  EXPECT_FALSE(offer(relay().connect(1, true), {to_lobby(-10min - 1ms), hello()}));
  EXPECT_EQ(relay().relay().counters().early_not_taken, 2U);
}

TEST_F(Early, IsNotTakenForAnythingButMessages) {
  const std::vector<chat::client_op> others{chat::join{}, chat::leave{}, chat::history{}, chat::who{}};
  for (const auto& op : others) EXPECT_FALSE(offer(relay().connect(1, true), {to_lobby(), hello(), op}));
  EXPECT_FALSE(offer(relay().connect(1, true), {chat::claim_name{"anna"}}, chat::control_lane));
  EXPECT_FALSE(offer(relay().connect(1, true), {chat::rooms{}}, chat::control_lane));
  chat::bind inbox = to_lobby();
  inbox.kind = chat::destination_kind::own_inbox;
  EXPECT_FALSE(offer(relay().connect(1, true), {inbox}));
  EXPECT_EQ(relay().store().log_count(), 0U);
}

TEST_F(Early, IsNotTakenWithoutADestination) { EXPECT_FALSE(offer(relay().connect(1, true), {hello()})); }

TEST_F(Early, IsNotTakenWhenItCannotBeRead) {
  const peer_id anna = relay().connect(1, true);
  const std::vector<early_message> rubbish{{world::lane(1), {0xff, 1, 2}}};
  relay().relay().on_early(anna, rubbish, relay().now(), relay().wall());
  relay().settle();
  EXPECT_FALSE(relay().verdicts.back().taken);
  EXPECT_TRUE(relay().disconnects.empty());
}

TEST_F(Early, IsAllThatAProvisionalConnectionMayDo) {
  const peer_id anna = relay().connect(1, true);
  relay().bind_room(anna, 1, "lobby");
  relay().join(anna, 1);
  relay().settle();
  EXPECT_TRUE(relay().heard_by(anna).empty());
  relay().relay().on_validated(anna, {}, relay().now());
  relay().bind_room(anna, 1, "lobby");
  EXPECT_EQ(relay().one<chat::bound>(anna).name, "lobby");
}

TEST_F(Early, EvictsNobody) {
  limits.key_connections_max = 2;
  const peer_id first = relay().connect(1);
  relay().connect(1);
  for (int i = 0; i < 5; ++i) relay().connect(1, true);
  EXPECT_TRUE(relay().disconnects.empty());
  const peer_id provisional = relay().connect(1, true);
  relay().advance(1s);
  relay().relay().on_validated(provisional, {}, relay().now());
  relay().drain_actions();
  ASSERT_EQ(relay().disconnects.size(), 1U);
  EXPECT_EQ(relay().disconnects[0].peer, first);
}

}  // namespace
}  // namespace tern::relay::testing

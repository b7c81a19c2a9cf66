// NAME, and what a name does in rooms.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using namespace std::chrono_literals;

struct Naming : ::testing::Test {
  world relay;
  void claim(peer_id who, std::string name) {
    relay.send(who, chat::control_lane, chat::claim_name{std::move(name)});
    relay.settle();
  }
};

TEST_F(Naming, TellsTheNameOnceItIsDurable) {
  const peer_id anna = relay.connect(1);
  relay.send(anna, chat::control_lane, chat::claim_name{"Anna"});
  EXPECT_TRUE(relay.all<chat::named>(anna).empty());
  relay.settle();
  EXPECT_EQ(relay.one<chat::named>(anna).name, "anna");
}

TEST_F(Naming, IsAnsweredBeforeAnythingElseIsHeard) {
  const peer_id anna = relay.connect(1);
  relay.send(anna, chat::control_lane, chat::claim_name{"anna"});
  EXPECT_FALSE(relay.relay().takes_input(anna));  // "admin", say, would be refused before that
  relay.settle();
  EXPECT_TRUE(relay.relay().takes_input(anna));
  EXPECT_THAT(relay.resumed, ::testing::ElementsAre(anna));
}

TEST(NamingRate, IsThatOfMessages) {
  world relay{slow_key_limits(2)};
  const peer_id anna = relay.connect(1);
  const auto claim = [&](const char* name) {
    relay.send(anna, chat::control_lane, chat::claim_name{name});
    relay.settle();
  };
  for (const char* name : {"ann", "bob", "eve"}) claim(name);
  EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::rate);
  claim("bob");  // which is theirs and costs nothing
  EXPECT_EQ(relay.all<chat::named>(anna).size(), 3U);
  relay.advance(1s);
  claim("eve");
  EXPECT_EQ(relay.all<chat::named>(anna).back().name, "eve");
}

TEST(NamingRate, CountsNamesThatAreRefused) {
  world relay{slow_key_limits(2)};
  const peer_id anna = relay.connect(1);
  for (int i = 0; i < 3; ++i) relay.send(anna, chat::control_lane, chat::claim_name{"admin"});
  const auto refusals = relay.all<chat::failed>(anna);
  ASSERT_EQ(refusals.size(), 3U);
  EXPECT_EQ(refusals[1].reason, chat::refusal::name_taken);
  EXPECT_EQ(refusals[2].reason, chat::refusal::rate);
  EXPECT_EQ(refusals[2].retry_after, 1s);
  EXPECT_EQ(relay.relay().counters().requests_rate, 1U);
}

TEST_F(Naming, RefusesANameThatIsTaken) {
  const peer_id anna = relay.connect(1);
  const peer_id other = relay.connect(2);
  claim(anna, "anna");
  claim(other, "ANNA");
  EXPECT_EQ(relay.one<chat::failed>(other).reason, chat::refusal::name_taken);
  claim(other, "anna-0202");
  EXPECT_EQ(relay.one<chat::named>(other).name, "anna-0202");
}

TEST_F(Naming, RefusesANameThatLooksLikeAnother) {
  const peer_id anna = relay.connect(1);
  const peer_id other = relay.connect(2);
  claim(anna, "lisa");
  claim(other, "1isa");
  EXPECT_EQ(relay.one<chat::failed>(other).reason, chat::refusal::name_taken);
  EXPECT_EQ(relay.relay().counters().names_refused, 1U);
}

TEST_F(Naming, FreesANameThatNobodyUsesForHalfAYear) {
  claim(relay.connect(1), "anna");
  const peer_id ben = relay.connect(2);
  claim(ben, "ben");
  for (int i = 0; i < 2; ++i) {
    relay.advance(24h * 100);
    relay.restart();
    claim(relay.connect(2), "ben");  // is here
  }
  const peer_id newcomer = relay.connect(3);
  claim(newcomer, "ben");
  EXPECT_EQ(relay.one<chat::failed>(newcomer).reason, chat::refusal::name_taken);
  claim(newcomer, "anna");
  EXPECT_EQ(relay.one<chat::named>(newcomer).name, "anna");
}

TEST_F(Naming, GivesTheNameToOneOfTwoWhoAskAtOnce) {
  const peer_id first = relay.connect(1);
  const peer_id second = relay.connect(2);
  relay.send(first, chat::control_lane, chat::claim_name{"anna"});
  relay.send(second, chat::control_lane, chat::claim_name{"anna"});
  relay.settle();
  EXPECT_EQ(relay.one<chat::named>(first).name, "anna");
  EXPECT_EQ(relay.one<chat::failed>(second).reason, chat::refusal::name_taken);
}

TEST_F(Naming, RefusesWhatIsNoName) {
  const peer_id anna = relay.connect(1);
  for (const auto* name : {"", "a b", "\xc3\xa4", "abcdefghijklmnopqrstuvwxyz1234567"}) {
    relay.forget_heard();
    claim(anna, name);
    EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::bad_name) << name;
  }
}

TEST_F(Naming, IsTheSameAfterARestart) {
  claim(relay.connect(1), "anna");
  relay.restart();
  const peer_id again = relay.connect(1);
  relay.bind_room(again, 1, "lobby");
  relay.join(again, 1);
  relay.say(again, 1, 0, "hi");
  relay.settle();
  EXPECT_EQ(relay.one<chat::entry>(again).sender_name, "anna");
  claim(again, "anna");
  EXPECT_EQ(relay.one<chat::named>(again).name, "anna");
}

TEST_F(Naming, FreesTheNameWhenItCannotBeStored) {
  const peer_id anna = relay.connect(1);
  relay.store().fail_names(true);
  claim(anna, "anna");
  EXPECT_EQ(relay.one<chat::failed>(anna).reason, chat::refusal::disk_full);
  relay.store().fail_names(false);
  const peer_id other = relay.connect(2);
  claim(other, "anna");
  EXPECT_EQ(relay.one<chat::named>(other).name, "anna");
}

TEST_F(Naming, IsToldInTheRooms) {
  const peer_id anna = relay.connect(1);
  const peer_id ben = relay.connect(2);
  for (const peer_id id : {anna, ben}) {
    relay.bind_room(id, 1, "lobby");
    relay.join(id, 1);
  }
  relay.advance(1s);
  relay.forget_heard();
  claim(anna, "anna");
  relay.advance(1s);
  const auto change = relay.one<chat::presence>(ben);
  EXPECT_EQ(change.what, chat::presence_change::renamed);
  EXPECT_EQ(change.name, "anna");
  EXPECT_EQ(change.previous_name, "guest-0101");
}

TEST_F(Naming, SurvivesAClientThatGoesBeforeTheAnswer) {
  const peer_id anna = relay.connect(1);
  relay.send(anna, chat::control_lane, chat::claim_name{"anna"});
  relay.disconnect(anna);
  relay.settle();
  const peer_id other = relay.connect(2);
  claim(other, "anna");
  EXPECT_EQ(relay.one<chat::failed>(other).reason, chat::refusal::name_taken);
}

}  // namespace
}  // namespace tern::relay::testing

// Messages from person to person.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::ElementsAre;

chat::bind to_person(std::string name) {
  return {.kind = chat::destination_kind::person_name, .destination = std::move(name)};
}

chat::bind to_key(const client_key& key) {
  return {.kind = chat::destination_kind::person_key, .destination = std::string{proto::as_text(key)}};
}

chat::bind own_inbox() { return {.kind = chat::destination_kind::own_inbox}; }

TEST(Direct, WaitsForTheAbsent) {
  world relay;
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(1), to_key(world::key(2)));
  relay.say(anna, 1, 0, "are you there?");
  relay.settle();
  EXPECT_EQ(relay.one<chat::committed>(anna).position, log_position{1});

  const peer_id ben = relay.connect(2);
  relay.send(ben, world::lane(1), own_inbox());
  relay.join(ben, 1, {.from = chat::cursor{}});
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre("are you there?"));
  EXPECT_EQ(relay.one<chat::entry>(ben).sender, world::key(1));
}

TEST(Direct, ReachesThePersonByNameAtOnce) {
  world relay;
  const peer_id ben = relay.connect(2);
  relay.send(ben, chat::control_lane, chat::claim_name{"ben"});
  relay.send(ben, world::lane(1), own_inbox());
  relay.join(ben, 1);
  relay.settle();
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(1), to_person("Ben"));
  EXPECT_EQ(relay.one<chat::bound>(anna).name, "ben");
  relay.say(anna, 1, 0, "hi");
  relay.settle();
  EXPECT_THAT(relay.entries(ben), ElementsAre("hi"));
}

TEST(Direct, KnowsNobodyOfThatName) {
  world relay;
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(1), to_person("nobody"));
  EXPECT_EQ(relay.one<chat::unbound>(anna).reason, chat::refusal::no_such);
}

TEST(Direct, ShowsAnInboxToItsOwnerAlone) {
  world relay;
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(1), to_key(world::key(2)));
  relay.join(anna, 1, {.backlog_max = 10});
  relay.send(anna, world::lane(1), chat::history{.request = 3, .limit = 10});
  relay.settle();
  const auto refusals = relay.all<chat::failed>(anna);
  ASSERT_EQ(refusals.size(), 2U);
  EXPECT_EQ(refusals[0].reason, chat::refusal::forbidden);
  EXPECT_EQ(refusals[1].request, 3U);
  EXPECT_EQ(relay.relay().counters().forbidden, 2U);
}

TEST(Direct, DoesNotTellHowFullAnothersInboxIs) {
  world relay;
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(1), to_key(world::key(2)));
  relay.say(anna, 1, 0, "one");
  relay.settle();
  const peer_id carl = relay.connect(3);
  relay.send(carl, world::lane(1), to_key(world::key(2)));
  EXPECT_EQ(relay.one<chat::bound>(carl).head, log_position{0});
  EXPECT_EQ(relay.one<chat::bound>(carl).log, log_id{});
}

TEST(Direct, ReachesEveryDeviceOfThePerson) {
  world relay;
  const peer_id phone = relay.connect(2);
  const peer_id desk = relay.connect(2);
  for (const peer_id id : {phone, desk}) {
    relay.send(id, world::lane(1), own_inbox());
    relay.join(id, 1);
  }
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(1), to_key(world::key(2)));
  relay.say(anna, 1, 0, "hi");
  relay.settle();
  EXPECT_THAT(relay.entries(phone), ElementsAre("hi"));
  EXPECT_THAT(relay.entries(desk), ElementsAre("hi"));
}

TEST(Direct, DoesNotListInboxesAmongTheRooms) {
  world relay;
  const peer_id anna = relay.connect(1);
  relay.send(anna, world::lane(1), to_key(world::key(2)));
  relay.bind_room(anna, 2, "lobby");
  relay.send(anna, chat::control_lane, chat::rooms{5});
  EXPECT_EQ(relay.one<chat::room_info>(anna).name, "lobby");
  EXPECT_EQ(relay.one<chat::list_end>(anna).request, 5U);
}

}  // namespace
}  // namespace tern::relay::testing

// HISTORY: pages of a log.
#include "tests/relay/hub/world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct History : ::testing::Test {
  world relay;
  peer_id anna{};

  void SetUp() override {
    anna = relay.connect(1);
    relay.bind_room(anna, 1, "lobby");
    for (std::uint64_t i = 0; i < 10; ++i) relay.say(anna, 1, i, std::to_string(i + 1));
    relay.settle();
    relay.forget_heard();
  }
  std::vector<std::uint64_t> ask(chat::history op) {
    relay.forget_heard();
    op.request = 5;
    relay.send(anna, world::lane(1), op);
    relay.settle();
    std::vector<std::uint64_t> positions;
    for (const auto& entry : relay.all<chat::entry>(anna)) {
      EXPECT_EQ(entry.request, 5U);
      positions.push_back(entry.position.value);
    }
    EXPECT_EQ(relay.one<chat::history_end>(anna).request, 5U);
    return positions;
  }
  bool more() { return relay.one<chat::history_end>(anna).more; }
};

using enum chat::history_mode;

TEST_F(History, GivesTheLatest) {
  EXPECT_THAT(ask({.mode = latest, .limit = 3}), ElementsAre(8, 9, 10));
  EXPECT_TRUE(more());
  EXPECT_EQ(ask({.mode = latest, .limit = 100}).size(), 10U);
  EXPECT_FALSE(more());
}

TEST_F(History, GivesWhatIsAfter) {
  EXPECT_THAT(ask({.mode = after, .first = log_position{7}, .limit = 2}), ElementsAre(8, 9));
  EXPECT_TRUE(more());
  EXPECT_THAT(ask({.mode = after, .first = log_position{8}, .limit = 2}), ElementsAre(9, 10));
  EXPECT_FALSE(more());
  EXPECT_THAT(ask({.mode = after, .first = log_position{10}}), IsEmpty());
  EXPECT_THAT(ask({.mode = after, .first = log_position{1000}}), IsEmpty());
}

TEST_F(History, GivesWhatIsBefore) {
  EXPECT_THAT(ask({.mode = before, .first = log_position{4}, .limit = 2}), ElementsAre(2, 3));
  EXPECT_TRUE(more());
  EXPECT_THAT(ask({.mode = before, .first = log_position{3}, .limit = 2}), ElementsAre(1, 2));
  EXPECT_FALSE(more());
  EXPECT_THAT(ask({.mode = before, .first = log_position{1}}), IsEmpty());
  EXPECT_THAT(ask({.mode = before, .first = log_position{0}}), IsEmpty());
}

TEST_F(History, GivesWhatIsBetween) {
  EXPECT_THAT(ask({.mode = between, .first = log_position{3}, .last = log_position{5}}), ElementsAre(3, 4, 5));
  EXPECT_FALSE(more());
  EXPECT_THAT(ask({.mode = between, .first = log_position{0}, .last = log_position{2}}), ElementsAre(1, 2));
  EXPECT_THAT(ask({.mode = between, .first = log_position{5}, .last = log_position{3}}), IsEmpty());
}

TEST_F(History, HasPagesOfAtMostTwoHundred) {
  for (std::uint64_t i = 10; i < 300; ++i) relay.say(anna, 1, i, "x");
  relay.settle();
  EXPECT_EQ(ask({.mode = after, .limit = 100'000}).size(), 200U);
  EXPECT_TRUE(more());
}

TEST_F(History, CutsAPageOfLargeMessages) {
  const std::string large(100'000, 'x');
  for (std::uint64_t i = 10; i < 15; ++i) relay.say(anna, 1, i, large);
  relay.settle();
  EXPECT_THAT(ask({.mode = after, .first = log_position{10}}), ElementsAre(11, 12));
  EXPECT_TRUE(more());
}

TEST_F(History, TellsWhatRetentionTook) {
  relay.store().prune(log_number{1}, log_position{5});
  EXPECT_THAT(ask({.mode = after, .first = log_position{1}}), ElementsAre(5, 6, 7, 8, 9, 10));
  const auto gap = relay.one<chat::gap>(anna);
  EXPECT_EQ(gap.first, log_position{2});
  EXPECT_EQ(gap.last, log_position{4});
  EXPECT_EQ(gap.request, 5U);
}

TEST_F(History, TellsWhatRetentionTookFromBetween) {
  for (const std::uint64_t gone : {3U, 4U, 7U}) relay.store().let_go(log_number{1}, log_position{gone});
  EXPECT_THAT(ask({.mode = after, .first = log_position{2}, .limit = 4}), ElementsAre(5, 6, 8, 9));
  const auto gaps = relay.all<chat::gap>(anna);
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0], (chat::gap{log_position{3}, log_position{4}, 5}));
  EXPECT_EQ(gaps[1], (chat::gap{log_position{7}, log_position{7}, 5}));
  EXPECT_THAT(ask({.mode = latest, .limit = 4}), ElementsAre(6, 8, 9, 10));
  EXPECT_EQ(relay.one<chat::gap>(anna).first, log_position{7});
}

TEST_F(History, IsEmptyForARoomThatIsNew) {
  relay.bind_room(anna, 2, "attic");
  relay.forget_heard();
  relay.send(anna, world::lane(2), chat::history{.request = 1, .limit = 10});
  relay.settle();
  EXPECT_FALSE(relay.one<chat::history_end>(anna).more);
}

TEST_F(History, SaysSoWhenTheLogCannotBeRead) {
  relay.store().fail_reads(true);
  relay.send(anna, world::lane(1), chat::history{.request = 8, .limit = 10});
  relay.settle();
  EXPECT_EQ(relay.one<chat::failed>(anna).request, 8U);
}

}  // namespace
}  // namespace tern::relay::testing

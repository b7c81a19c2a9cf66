#include "tests/relay/text/text_world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(OneShots, AreSaidInTheLobbyByAGuestAndAnsweredWhenTheyAreCommitted) {
  text_world world;
  world.connect_anna();
  EXPECT_EQ(world.datagram("hello\n"), "ok\n");
  EXPECT_THAT(world.heard_by_anna(), ElementsAre("guest-udp: hello"));
}

TEST(OneShots, AreNotAnsweredBeforeTheyAreCommitted) {
  text_world world;
  world.stop_store();
  EXPECT_EQ(world.datagram("hello\n"), "");
}

TEST(OneShots, AreRefusedWithAReason) {
  text_world world;
  EXPECT_EQ(world.datagram("\n"), "no: there is no text\n");
  EXPECT_EQ(world.datagram("\xc3("), "no: text must be UTF-8\n");
  EXPECT_EQ(world.datagram(std::string(4097, 'x')), "no: the text is too long\n");
  EXPECT_EQ(world.gateway().counters().one_shots_refused, 3U);
}

TEST(OneShots, DoNotWaitForEver) {
  text_world world;
  world.stop_store();
  std::string answer;
  world.datagram("one");
  for (std::size_t i = 1; i < one_shots_undecided_max; ++i) EXPECT_EQ(world.datagram("more"), "");
  EXPECT_EQ(world.datagram("too much"), "no: too many at once\n");
  world.advance(one_shot_patience);
  EXPECT_EQ(world.datagram("again"), "") << "there is space again";
}

TEST(OneShots, AreLimitedAllTogetherByTheRateOfOneGuest) {
  text_world world{{}, {.key_messages_burst = 4}};  // its name was one of them
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.datagram("x"), "ok\n");
  EXPECT_EQ(world.datagram("one too many"), "") << "it waits for its turn";
}

TEST(OneShots, AnswersAreNeverLongerThanTheDatagram) {
  EXPECT_EQ(fit_answer("ok\n", 100), "ok\n");
  EXPECT_EQ(fit_answer("ok\n", 2), "ok");
  EXPECT_EQ(fit_answer("no: too many\n", 5), "no: t");
  EXPECT_EQ(fit_answer("ok\n", 0), "");
}

}  // namespace
}  // namespace tern::relay::testing

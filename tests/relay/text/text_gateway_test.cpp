#include "tests/relay/text/text_world.hpp"

#include <gmock/gmock.h>

namespace tern::relay::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(TextGateway, RefusesVisitorsOverTheLimitOfTheirAddressWithALine) {
  text_world world{{.prefix_connections_max = 1}};
  const peer_id first = world.enter();
  EXPECT_EQ(world.enter(), peer_id{});
  EXPECT_EQ(world.refusal, "too many connections from your address");
  EXPECT_NE(world.enter(proto::address::v4(127, 0, 0, 2, 5000)), peer_id{});
  world.leave(first);
  EXPECT_NE(world.enter(), peer_id{});
}

TEST(TextGateway, PacesTheVisitorsOfOneAddressTogether) {
  text_world world{{.prefix_messages_rate = 10, .prefix_messages_burst = 2}};
  world.connect_anna();
  const peer_id one = world.settled_visitor();
  const peer_id two = world.settled_visitor();
  world.type(one, "1\n");
  world.type(two, "2\n");
  world.type(one, "3\n");
  EXPECT_EQ(world.heard_by_anna().size(), 2U);
  EXPECT_GT(world.gateway().counters().paced, 0U);
  world.advance(std::chrono::milliseconds{200});
  EXPECT_EQ(world.heard_by_anna().size(), 1U);
}

TEST(TextGateway, ForgetsWhoeverLeaves) {
  text_world world;
  const std::size_t before = world.relay().peer_count();
  const peer_id visitor = world.settled_visitor();
  world.type(visitor, "hello\n");
  world.leave(visitor);
  EXPECT_EQ(world.relay().peer_count(), before);
  EXPECT_EQ(world.gateway().visitor_count(), 0U);
  EXPECT_TRUE(world.gateway().is_done(visitor));
}

TEST(TextGateway, TellsEveryoneWhyItEnds) {
  text_world world;
  const peer_id visitor = world.settled_visitor();
  world.gateway().drain();
  EXPECT_FALSE(world.gateway().takes_input(visitor));
  world.gateway().dismiss_all("the relay is shutting down");
  world.settle();
  EXPECT_THAT(world.screen(visitor), EndsWith("* the relay is shutting down\r\n"));
  EXPECT_TRUE(world.gateway().is_done(visitor));
  EXPECT_EQ(world.enter(), peer_id{});
}

TEST(TextGateway, HasAHundredVisitorsWhoAllSeeEachLine) {
  text_world world;
  std::vector<peer_id> visitors;
  for (int i = 0; i < 100; ++i) visitors.push_back(world.enter());
  world.advance(std::chrono::seconds{1});
  for (const peer_id visitor : visitors) world.screen(visitor);
  for (const peer_id visitor : visitors) world.type(visitor, "from " + std::to_string(visitor.value) + ".\n");
  for (const peer_id reader : visitors) {
    const std::string screen = world.screen(reader);
    for (const peer_id speaker : visitors) {
      const std::string line = "] from " + std::to_string(speaker.value) + ".\r\n";
      EXPECT_EQ(screen.find(line) != std::string::npos, reader != speaker);
    }
  }
}

}  // namespace
}  // namespace tern::relay::testing

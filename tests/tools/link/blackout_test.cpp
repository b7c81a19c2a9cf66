#include "tools/link/model/blackout.hpp"

#include "tests/tools/link/traffic.hpp"

#include <gtest/gtest.h>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

TEST(BlackoutSchedule, IsDarkFromItsBeginToItsEnd) {
  const blackout_schedule once{{{.begin = 3s, .length = 1s, .period = {}}}, epoch + 10s};
  EXPECT_FALSE(once.covers(epoch + 13s - 1ns));
  EXPECT_TRUE(once.covers(epoch + 13s));
  EXPECT_TRUE(once.covers(epoch + 14s - 1ns));
  EXPECT_FALSE(once.covers(epoch + 14s));
  EXPECT_FALSE(once.covers(epoch + 1000s));
}

TEST(BlackoutSchedule, ComesBackEachPeriod) {
  const blackout_schedule periodic{{{.begin = 5s, .length = 2s, .period = 7s}}, epoch};
  int dark_seconds = 0;
  for (int second = 0; second < 70; ++second) dark_seconds += periodic.covers(epoch + second * 1s) ? 1 : 0;
  EXPECT_EQ(dark_seconds, 20);
  EXPECT_FALSE(periodic.covers(epoch + 4s));
  EXPECT_TRUE(periodic.covers(epoch + 13s));
}

TEST(Link, LosesEverythingInABlackoutAndNothingElse) {
  impairments config;
  config.blackouts = {{.begin = 100ms, .length = 50ms, .period = {}}};
  link wire{config, 1, epoch};
  const auto trace = run(wire, {.packets = 1000});
  EXPECT_EQ(trace.size(), 950U);
  EXPECT_EQ(wire.statistics().blacked_out, 50U);
}

TEST(Link, APulledPlugLosesWhatDepartsAndKeepsWhatIsUnderWay) {
  impairments config;
  config.delay = 10ms;
  link wire{config, 1, epoch};
  wire.offer(epoch, proto::as_bytes("under way"), 1);
  wire.set_blocked(epoch + 1ms, true);
  wire.offer(epoch + 2ms, proto::as_bytes("lost"), 2);
  wire.set_blocked(epoch + 3ms, false);
  wire.offer(epoch + 3ms, proto::as_bytes("after"), 3);
  std::vector<seen> trace;
  drain(wire, epoch + 1s, trace);
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_EQ(trace[0].tag, 1U);
  EXPECT_EQ(trace[1].tag, 3U);
  EXPECT_EQ(wire.statistics().blacked_out, 1U);
}

}  // namespace
}  // namespace tern::link_model

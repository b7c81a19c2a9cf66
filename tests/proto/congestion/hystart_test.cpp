#include "proto/congestion/hystart.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

// Rounds of ten packets, each with its own RTT sample, the next ten in flight behind them.
struct rounds {
  hystart slow_start;
  std::uint64_t next = 0;

  void run(duration rtt, std::uint64_t samples = 10) {
    for (std::uint64_t i = 0; i < 10; ++i) {
      const packet_number next_number{next + (i == 9 ? 20 : 10)};
      slow_start.on_ack(packet_number{next + i}, next_number, i < samples ? std::optional{rtt} : std::nullopt);
    }
    next += 10;
  }
};

TEST(Hystart, StaysInSlowStartWhileTheRoundTripIsSteady) {
  rounds r;
  for (int i = 0; i < 100; ++i) r.run(50ms);
  EXPECT_EQ(r.slow_start.current(), hystart::phase::slow_start);
  EXPECT_EQ(r.slow_start.growth(1000), 1000U);
}

TEST(Hystart, ARiseOfAnEighthMakesItCareful) {
  rounds r;
  r.run(50ms);
  r.run(56ms);
  EXPECT_EQ(r.slow_start.current(), hystart::phase::slow_start) << "less than 50 / 8";
  r.run(64ms);
  EXPECT_EQ(r.slow_start.current(), hystart::phase::conservative);
  EXPECT_EQ(r.slow_start.growth(1000), 250U);
}

TEST(Hystart, TheRiseCountsFromFourMillisecondsUpToSixteen) {
  rounds quick;
  quick.run(1ms);
  quick.run(4900us);
  EXPECT_EQ(quick.slow_start.current(), hystart::phase::slow_start);
  rounds slow;
  slow.run(600ms);
  slow.run(616ms);
  EXPECT_EQ(slow.slow_start.current(), hystart::phase::conservative);
}

TEST(Hystart, FewerThanEightSamplesProveNothing) {
  rounds r;
  r.run(50ms);
  r.run(100ms, 7);
  EXPECT_EQ(r.slow_start.current(), hystart::phase::slow_start);
}

TEST(Hystart, FiveCarefulRoundsEndSlowStart) {
  rounds r;
  r.run(50ms);
  r.run(60ms);  // careful from within this round on: it counts
  for (int i = 0; i < 3; ++i) r.run(60ms);
  EXPECT_EQ(r.slow_start.current(), hystart::phase::conservative);
  r.run(60ms);
  EXPECT_EQ(r.slow_start.current(), hystart::phase::done);
  EXPECT_EQ(r.slow_start.growth(1000), 0U);
}

TEST(Hystart, ARiseThatWasJitterIsForgotten) {
  rounds r;
  r.run(50ms);
  r.run(60ms);
  ASSERT_EQ(r.slow_start.current(), hystart::phase::conservative);
  r.run(51ms);
  EXPECT_EQ(r.slow_start.current(), hystart::phase::slow_start);
}

TEST(Hystart, ALossEndsSlowStart) {
  hystart slow_start;
  slow_start.on_congestion();
  EXPECT_EQ(slow_start.current(), hystart::phase::done);
  slow_start.restart();
  EXPECT_EQ(slow_start.current(), hystart::phase::slow_start);
}

}  // namespace
}  // namespace tern::proto

#include "proto/recovery/loss_detector.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

TEST(LossDetector, BeginsWithThreePacketsAndNineEighths) {
  const loss_detector detector;
  EXPECT_FALSE(detector.lost_by_count(2));
  EXPECT_TRUE(detector.lost_by_count(3));
  EXPECT_EQ(detector.delay(80ms, 60ms), 90ms);
  EXPECT_EQ(detector.delay(60ms, 80ms), 90ms);
}

TEST(LossDetector, NeverWaitsLessThanAMillisecond) {
  const loss_detector detector;
  EXPECT_EQ(detector.delay(50us, 50us), 1ms);
}

TEST(LossDetector, WidensSoThatTheSameReorderingIsNoLoss) {
  loss_detector detector;
  detector.on_spurious(20, 130ms, 100ms, 100ms);
  EXPECT_FALSE(detector.lost_by_count(20));
  EXPECT_TRUE(detector.lost_by_count(21));
  EXPECT_GE(detector.delay(100ms, 100ms), 130ms);
}

TEST(LossDetector, WidensOnlyToTheMaxima) {
  loss_detector detector;
  detector.on_spurious(100'000, 10s, 100ms, 100ms);
  EXPECT_TRUE(detector.lost_by_count(loss_detector::packet_threshold_max));
  EXPECT_EQ(detector.delay(100ms, 100ms), 200ms);
}

TEST(LossDetector, NarrowsAgainWhenReorderingStops) {
  loss_detector detector;
  detector.on_spurious(100, 200ms, 100ms, 100ms);
  for (std::uint32_t round = 1; round < loss_detector::quiet_rounds_to_narrow; ++round) detector.on_round();
  EXPECT_EQ(detector.packet_threshold(), 101U);
  for (int round = 0; round < 200; ++round) detector.on_round();
  EXPECT_EQ(detector.packet_threshold(), 3U);
  EXPECT_EQ(detector.delay(80ms, 80ms), 90ms);
}

}  // namespace
}  // namespace tern::proto

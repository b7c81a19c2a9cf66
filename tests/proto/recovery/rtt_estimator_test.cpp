#include "proto/recovery/rtt_estimator.hpp"

#include "proto/random.hpp"

#include <deque>
#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

TEST(RttEstimator, BeginsWith333Milliseconds) {
  const rtt_estimator rtt;
  EXPECT_EQ(rtt.smoothed(), 333ms);
  EXPECT_EQ(rtt.minimum(), 333ms);
  EXPECT_EQ(rtt.pto(5ms), 333ms + 666ms + 5ms);
}

TEST(RttEstimator, TheFirstSampleReplacesTheGuess) {
  rtt_estimator rtt;
  rtt.on_sample(time_point{}, 100ms, 0ms);
  EXPECT_EQ(rtt.smoothed(), 100ms);
  EXPECT_EQ(rtt.variation(), 50ms);
}

// By hand: rttvar = 3/4 * 50 + 1/4 * |100 - 140| = 47.5; srtt = 7/8 * 100 + 1/8 * 140 = 105.
TEST(RttEstimator, LaterSamplesAreSmoothed) {
  rtt_estimator rtt;
  rtt.on_sample(time_point{}, 100ms, 0ms);
  rtt.on_sample(time_point{1s}, 140ms, 0ms);
  EXPECT_EQ(rtt.variation(), 47'500us);
  EXPECT_EQ(rtt.smoothed(), 105ms);
  EXPECT_EQ(rtt.latest(), 140ms);
  EXPECT_EQ(rtt.pto(5ms), 105ms + 190ms + 5ms);
}

TEST(RttEstimator, TheAckDelayIsTakenOffButNotBelowTheMinimum) {
  rtt_estimator rtt;
  rtt.on_sample(time_point{}, 100ms, 0ms);
  rtt.on_sample(time_point{1s}, 108ms, 8ms);
  EXPECT_EQ(rtt.smoothed(), 100ms);
  rtt.on_sample(time_point{2s}, 104ms, 8ms);
  EXPECT_EQ(rtt.smoothed(), 100'500us);
}

TEST(RttEstimator, TheVariationCountsAtLeastOneMillisecond) {
  rtt_estimator rtt;
  for (int i = 0; i < 200; ++i) rtt.on_sample(time_point{i * 1ms}, 100us, 0ms);
  EXPECT_EQ(rtt.pto(0ms), 100us + 1ms);
}

TEST(RttEstimator, TheMinimumIsForgottenAfterTenSeconds) {
  rtt_estimator rtt;
  rtt.on_sample(time_point{}, 20ms, 0ms);
  for (auto now = 100ms; now <= 9'900ms; now += 100ms) rtt.on_sample(time_point{now}, 60ms, 0ms);
  EXPECT_EQ(rtt.minimum(), 20ms);
  for (auto now = 10s; now <= 20s; now += 1s) rtt.on_sample(time_point{now}, 60ms, 0ms);
  EXPECT_EQ(rtt.minimum(), 60ms);
}

// Against the real minimum: never below it, and never above the minimum of the last
// half window (the filter keeps three samples only).
TEST(WindowedMinimum, FollowsTheTrueMinimum) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    random dice{seed};
    windowed_minimum filter{10s};
    std::deque<std::pair<time_point, duration>> samples;
    time_point now{};
    for (int i = 0; i < 2000; ++i) {
      now += std::chrono::milliseconds{dice.between(1, 100)};
      const duration value = std::chrono::milliseconds{dice.between(10, 1000)};
      filter.on_sample(now, value);
      samples.emplace_back(now, value);
      while (now - samples.front().first > 10s) samples.pop_front();
      duration whole = 1h;
      duration recent = 1h;
      for (const auto& [when, sample] : samples) {
        whole = std::min(whole, sample);
        if (now - when <= 2500ms) recent = std::min(recent, sample);
      }
      ASSERT_GE(filter.get(), whole);
      ASSERT_LE(filter.get(), recent);
    }
  }
}

TEST(RttEstimator, AnAbsurdSampleIsClamped) {
  rtt_estimator rtt;
  rtt.on_sample(time_point{std::chrono::hours{1}}, duration::max() / 4, duration::zero());
  EXPECT_EQ(rtt.latest(), rtt_estimator::sample_max);
  EXPECT_LE(rtt.pto(std::chrono::milliseconds{5}), 4 * rtt_estimator::sample_max);
}

}  // namespace
}  // namespace tern::proto

#include "proto/congestion/delivery_rate.hpp"

#include <deque>
#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

struct sent {
  time_point at;
  delivery_snapshot snapshot;
};

// 1000 bytes every `gap`, acknowledged `rtt` later.
std::optional<rate_sample> run_steady(delivery_rate& rate, int packets, duration gap, duration rtt) {
  std::deque<sent> flight;
  std::optional<rate_sample> last;
  for (int i = 0; i < packets; ++i) {
    const time_point now{1s + i * gap};
    while (!flight.empty() && flight.front().at + rtt <= now) {
      rate.on_acked(now, flight.front().at, flight.front().snapshot, 1000);
      flight.pop_front();
      if (auto sample = rate.take_sample(rtt)) last = sample;
    }
    flight.push_back({now, rate.on_sent(now, flight.size() * 1000, 1000)});
  }
  return last;
}

TEST(DeliveryRate, MeasuresASteadyStream) {
  delivery_rate rate;
  const auto sample = run_steady(rate, 1000, 1ms, 50ms);
  ASSERT_TRUE(sample);
  EXPECT_NEAR(static_cast<double>(sample->bytes_per_second), 1e6, 0.03e6);
  EXPECT_FALSE(sample->app_limited);
  EXPECT_EQ(sample->in_flight, 50'000U);
}

TEST(DeliveryRate, CountsRoundTripsByPackets) {
  delivery_rate rate;
  run_steady(rate, 1000, 1ms, 50ms);
  EXPECT_NEAR(static_cast<double>(rate.round()), 1000.0 / 50, 2);
}

TEST(DeliveryRate, ABurstOfAcksIsNotTakenForSpeed) {
  delivery_rate rate;
  const time_point begin{1s};
  std::deque<sent> flight;
  for (int i = 0; i < 100; ++i)
    flight.push_back({begin + i * 1ms, rate.on_sent(begin + i * 1ms, flight.size() * 1000, 1000)});
  for (const sent& packet : flight) rate.on_acked(begin + 150ms, packet.at, packet.snapshot, 1000);
  const auto sample = rate.take_sample(50ms);
  ASSERT_TRUE(sample);
  EXPECT_LE(sample->bytes_per_second, 1'010'000U);
}

TEST(DeliveryRate, AnIntervalBelowTheMinimumRttGivesNoSample) {
  delivery_rate rate;
  const auto snapshot = rate.on_sent(time_point{1s}, 0, 1000);
  rate.on_acked(time_point{1s + 10ms}, time_point{1s}, snapshot, 1000);
  EXPECT_FALSE(rate.take_sample(50ms));
  EXPECT_EQ(rate.delivered(), 1000U);
}

TEST(DeliveryRate, MarksSamplesOfASenderThatRanDry) {
  delivery_rate rate;
  const auto before = rate.on_sent(time_point{1s}, 0, 1000);
  rate.on_app_limited(1000);
  const auto during = rate.on_sent(time_point{1s + 10ms}, 1000, 1000);
  EXPECT_FALSE(before.app_limited);
  EXPECT_TRUE(during.app_limited);
  rate.on_acked(time_point{1s + 50ms}, time_point{1s}, before, 1000);
  EXPECT_FALSE(rate.take_sample(0ms)->app_limited);
  rate.on_acked(time_point{1s + 60ms}, time_point{1s + 10ms}, during, 1000);
  EXPECT_TRUE(rate.take_sample(0ms)->app_limited);
  EXPECT_FALSE(rate.app_limited()) << "all of that time is delivered";
}

TEST(DeliveryRate, APauseIsNotPartOfTheInterval) {
  delivery_rate rate;
  run_steady(rate, 100, 1ms, 50ms);
  const time_point later{1h};
  const auto snapshot = rate.on_sent(later, 0, 1000);
  rate.on_acked(later + 50ms, later, snapshot, 1000);
  const auto sample = rate.take_sample(10ms);
  ASSERT_TRUE(sample);
  EXPECT_EQ(sample->interval, 50ms);
}

TEST(DeliveryRate, TellsWhatWasLostMeanwhile) {
  delivery_rate rate;
  const auto snapshot = rate.on_sent(time_point{1s}, 0, 1000);
  rate.on_lost(3000);
  rate.on_acked(time_point{1s + 50ms}, time_point{1s}, snapshot, 1000);
  EXPECT_EQ(rate.take_sample(0ms)->lost, 3000U);
}

}  // namespace
}  // namespace tern::proto

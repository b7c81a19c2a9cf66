#include "tools/compare/analysis/latency_distribution.hpp"

#include "tests/tools/compare/records.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tern::compare {
namespace {

TEST(LatencyDistribution, TakesTheNearestRank) {
  std::vector<duration> hundred;
  for (int i = 100; i >= 1; --i) hundred.push_back(ms(i));
  const latency_distribution latencies{hundred};
  EXPECT_EQ(latencies.least(), ms(1));
  EXPECT_EQ(latencies.at(0.5), ms(50));
  EXPECT_EQ(latencies.at(0.99), ms(99));
  EXPECT_EQ(latencies.at(0.991), ms(100));
  EXPECT_EQ(latencies.most(), ms(100));
}

TEST(LatencyDistribution, WhatIsMissingTakesForEver) {
  const latency_distribution latencies{{ms(1), ms(2), ms(3)}, 1};
  EXPECT_EQ(latencies.at(0.75), ms(3));
  EXPECT_EQ(latencies.at(0.76), std::nullopt);
  EXPECT_EQ(latencies.most(), std::nullopt);
}

TEST(LatencyDistribution, OfNothingThereIsNothing) {
  EXPECT_EQ(latency_distribution{{}}.at(0.5), std::nullopt);
  EXPECT_EQ((latency_distribution{{}, 3}.least()), std::nullopt);
}

TEST(LatencyDistribution, OnlyPromisedMessagesAreMissing) {
  const std::vector messages{delivered_at(ms(10), ms(12), 0), never_delivered(ms(20))};
  EXPECT_EQ(latencies_of(messages, true).most(), std::nullopt);
  EXPECT_EQ(latencies_of(messages, false).most(), ms(2));
}

// By definition: the least value such that the share of values up to it is large enough.
RC_GTEST_PROP(LatencyDistribution, IsTheSmallestThatCoversTheShare, ()) {
  const auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 50)));
  const auto percent = *rc::gen::inRange<std::size_t>(0, 101);
  std::vector<duration> latencies;
  for (const int each : values) latencies.push_back(ms(each));
  const auto found = latency_distribution{latencies}.at(static_cast<double>(percent) / 100);
  RC_ASSERT(found.has_value());
  const auto up_to = [&](duration limit, bool with_it) {
    return static_cast<std::size_t>(std::count_if(
        latencies.begin(), latencies.end(), [&](duration each) { return each < limit || (with_it && each == limit); }));
  };
  RC_ASSERT(100 * up_to(*found, true) >= percent * latencies.size());
  RC_ASSERT(up_to(*found, false) == 0 || 100 * up_to(*found, false) < percent * latencies.size());
}

}  // namespace
}  // namespace tern::compare

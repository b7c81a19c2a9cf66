#include "proto/random.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace tern::proto {
namespace {

TEST(Random, TheSameSeedGivesTheSameStream) {
  random one{42};
  random two{42};
  random other{43};
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto value = one.next();
    EXPECT_EQ(value, two.next());
    differs |= value != other.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Random, BoundsAreKeptAndReached) {
  random source{1};
  bool low = false;
  bool high = false;
  for (int i = 0; i < 1000; ++i) {
    const auto value = source.between(3, 7);
    ASSERT_GE(value, 3U);
    ASSERT_LE(value, 7U);
    low |= value == 3;
    high |= value == 7;
  }
  EXPECT_TRUE(low && high);
}

TEST(Random, DistributionsHaveTheirMeans) {
  random source{7};
  double exponential = 0;
  double normal = 0;
  double squares = 0;
  constexpr int draws = 100'000;
  for (int i = 0; i < draws; ++i) {
    exponential += source.exponential(5.0);
    const double value = source.normal();
    normal += value;
    squares += value * value;
  }
  EXPECT_NEAR(exponential / draws, 5.0, 0.1);
  EXPECT_NEAR(normal / draws, 0.0, 0.02);
  EXPECT_NEAR(squares / draws, 1.0, 0.02);
}

}  // namespace
}  // namespace tern::proto

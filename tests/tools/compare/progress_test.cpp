#include "tools/compare/analysis/progress.hpp"

#include "tests/tools/compare/records.hpp"

#include <gtest/gtest.h>

namespace tern::compare {
namespace {

TEST(Progress, CountsWhatIsDueAndThereAtEachTime) {
  const std::vector messages{delivered_at(ms(0), ms(25), 0), delivered_at(ms(10), ms(35), 1)};
  const auto points = progress_of(messages, true, ms(40), 5);
  ASSERT_EQ(points.size(), 5U);
  const std::vector<std::uint64_t> due{1, 2, 2, 2, 2};
  const std::vector<std::uint64_t> delivered{0, 0, 0, 1, 2};
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_EQ(points[i].at, ms(10 * static_cast<int>(i)));
    EXPECT_EQ(points[i].due, due[i]);
    EXPECT_EQ(points[i].delivered, delivered[i]);
  }
}

TEST(Progress, InFlightIsTheMostSinceThePointBefore) {
  const std::vector messages{delivered_at(ms(1), ms(9), 0), delivered_at(ms(2), ms(8), 1),
                             delivered_at(ms(15), ms(25), 2)};
  const auto points = progress_of(messages, true, ms(30), 4);
  EXPECT_EQ(points[0].in_flight, 0U);
  EXPECT_EQ(points[1].in_flight, 2U);
  EXPECT_EQ(points[2].in_flight, 1U);
  EXPECT_EQ(points[3].in_flight, 1U);
}

TEST(Progress, WhatNeverCameIsInFlightOnlyWhereItWasPromised) {
  const std::vector messages{never_delivered(ms(0)), delivered_at(ms(0), ms(5), 0)};
  EXPECT_EQ(progress_of(messages, true, ms(10), 2).back().in_flight, 2U);
  EXPECT_EQ(progress_of(messages, false, ms(10), 2).back().in_flight, 1U);
}

}  // namespace
}  // namespace tern::compare

#include "tools/compare/analysis/head_of_line.hpp"

#include "tests/tools/compare/records.hpp"

#include <gtest/gtest.h>

namespace tern::compare {
namespace {

// A message in 10 ms over a link of 25 ms.
message_record punctual(int i, std::uint32_t lane = 0) {
  return delivered_at(ms(10 * i), ms(10 * i + 25), static_cast<std::uint64_t>(i), lane);
}
message_record released(int i, duration when, std::uint32_t lane = 0) {
  return delivered_at(ms(10 * i), when, static_cast<std::uint64_t>(i), lane);
}

TEST(HeadOfLine, NothingWaitsWhereNothingIsLate) {
  EXPECT_TRUE(find_stalls(std::vector{punctual(0), punctual(1), punctual(2)}).empty());
}

TEST(HeadOfLine, WhatIsReleasedWithALateOneHasWaited) {
  // Message 1 comes 40 ms late; 2, 3 and 4 wait behind it, 5 does not.
  const std::vector messages{punctual(0),         released(1, ms(75)), released(2, ms(75)),
                             released(3, ms(75)), released(4, ms(75)), punctual(5)};
  const auto stalls = find_stalls(messages);
  ASSERT_EQ(stalls.size(), 3U);
  EXPECT_EQ(stalls[0].message, 2U);
  EXPECT_EQ(stalls[0].waited, ms(30));
  EXPECT_EQ(stalls[1].waited, ms(20));
  EXPECT_EQ(stalls[2].waited, ms(10));
}

TEST(HeadOfLine, TheLateOneItselfIsNotAStall) {
  EXPECT_TRUE(find_stalls(std::vector{punctual(0), released(1, ms(75)), punctual(5)}).empty());
}

TEST(HeadOfLine, ALateOneThatComesOnItsOwnHasNotWaited) {
  const auto stalls = find_stalls(std::vector{punctual(0), released(1, ms(75)), released(2, ms(95))});
  EXPECT_TRUE(stalls.empty());
}

TEST(HeadOfLine, AnotherLaneDoesNotHoldAnythingBack) {
  const std::vector messages{punctual(0, 0), released(1, ms(75), 1), released(2, ms(75), 0), released(3, ms(75), 1)};
  const auto stalls = find_stalls(messages);
  ASSERT_EQ(stalls.size(), 1U);
  EXPECT_EQ(stalls[0].message, 3U);
}

TEST(HeadOfLine, WhatNeverCameHoldsNothingBack) {
  EXPECT_TRUE(find_stalls(std::vector{punctual(0), never_delivered(ms(10)), punctual(2)}).empty());
  EXPECT_TRUE(find_stalls(std::vector{never_delivered(ms(10))}).empty());
}

}  // namespace
}  // namespace tern::compare

#include "tools/compare/analysis/reordering.hpp"

#include "tests/tools/compare/records.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <rapidcheck/gtest.h>

namespace tern::compare {
namespace {

TEST(Reordering, ThereIsNoneInOrder) {
  const auto measured = measure_reordering(with_arrivals({0, 1, 2, 3}));
  EXPECT_EQ(measured.reordered, 0U);
  EXPECT_EQ(measured.extent_max, 0U);
}

// The example of RFC 4737, appendix 7.1: 1, 2, 3, 7, 4, 5, 6, 8, ...
TEST(Reordering, OneEarlyMessageMakesThreeLateOnes) {
  const auto measured = measure_reordering(with_arrivals({0, 1, 2, 4, 5, 6, 3, 7}));
  EXPECT_EQ(measured.reordered, 3U);
  EXPECT_EQ(measured.extent_max, 3U);
}

TEST(Reordering, LostMessagesAreNoGapInTheOrder) {
  auto messages = with_arrivals({0, 0, 1, 2});
  messages[1].delivered.reset();
  EXPECT_EQ(measure_reordering(messages).reordered, 0U);
}

TEST(Reordering, EveryLaneIsASequenceOfItsOwn) {
  auto messages = with_arrivals({2, 0, 3, 1});
  for (std::size_t i = 0; i < messages.size(); ++i) messages[i].lane = static_cast<std::uint32_t>(i % 2);
  EXPECT_EQ(measure_reordering(messages).reordered, 0U);
}

RC_GTEST_PROP(Reordering, IsWhatTheRfcSays, ()) {
  std::vector<std::uint64_t> arrivals(*rc::gen::inRange<std::size_t>(1, 30));
  std::iota(arrivals.begin(), arrivals.end(), 0U);
  for (std::size_t i = arrivals.size() - 1; i > 0; --i)
    std::swap(arrivals[i], arrivals[*rc::gen::inRange<std::size_t>(0, i + 1)]);
  std::vector<std::size_t> order(arrivals.size());
  for (std::size_t i = 0; i < arrivals.size(); ++i) order[arrivals[i]] = i;
  std::uint64_t reordered = 0;
  std::uint64_t extent_max = 0;
  std::size_t next_expected = 0;  // 3.3
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] >= next_expected) {
      next_expected = order[i] + 1;
      continue;
    }
    ++reordered;
    std::size_t first_higher = 0;  // 4.2.2
    while (order[first_higher] < order[i]) ++first_higher;
    extent_max = std::max<std::uint64_t>(extent_max, i - first_higher);
  }
  const auto measured = measure_reordering(with_arrivals(arrivals));
  RC_ASSERT(measured.reordered == reordered);
  RC_ASSERT(measured.extent_max == extent_max);
}

}  // namespace
}  // namespace tern::compare

// The newest entries of logs, bounded for each and in all.
#include "relay/hub/shared_tail.hpp"

#include <gtest/gtest.h>

namespace tern::relay {
namespace {

constexpr log_number one{1};
constexpr log_number two{2};

// Of that cost.
payload entry(std::size_t cost = 200) {
  return std::make_shared<const proto::bytes>(cost - shared_tail::entry_overhead);
}

TEST(SharedTail, FindsWhatWasAppended) {
  shared_tail tail{2000, 20'000};
  const payload first = entry();
  const payload second = entry();
  tail.append(one, log_position{7}, first);
  tail.append(one, log_position{8}, second);
  EXPECT_EQ(tail.find(one, log_position{7}), first);
  EXPECT_EQ(tail.find(one, log_position{8}), second);
  EXPECT_EQ(tail.find(one, log_position{6}), nullptr);
  EXPECT_EQ(tail.find(one, log_position{9}), nullptr);
  EXPECT_EQ(tail.find(two, log_position{7}), nullptr);
}

TEST(SharedTail, LosesTheOldestOfALogThatHasTooMuch) {
  shared_tail tail{2000, 20'000};
  for (std::uint64_t i = 1; i <= 25; ++i) tail.append(one, log_position{i}, entry());
  EXPECT_EQ(tail.bytes(), 2000U);
  EXPECT_EQ(tail.find(one, log_position{15}), nullptr);
  EXPECT_NE(tail.find(one, log_position{16}), nullptr);
  EXPECT_NE(tail.find(one, log_position{25}), nullptr);
}

TEST(SharedTail, LosesTheOldestOfAllWhereThereIsTooMuchInAll) {
  shared_tail tail{2000, 3000};
  for (std::uint64_t i = 1; i <= 10; ++i) tail.append(one, log_position{i}, entry());
  for (std::uint64_t i = 1; i <= 8; ++i) tail.append(two, log_position{i}, entry());
  EXPECT_EQ(tail.bytes(), 3000U);
  EXPECT_EQ(tail.find(one, log_position{3}), nullptr);
  EXPECT_NE(tail.find(one, log_position{4}), nullptr);
  EXPECT_NE(tail.find(two, log_position{1}), nullptr);
}

TEST(SharedTail, GoesOnWhereEverythingOfALogWasLost) {
  shared_tail tail{1000, 1000};
  tail.append(one, log_position{1}, entry(600));
  tail.append(two, log_position{1}, entry(600));
  EXPECT_EQ(tail.find(one, log_position{1}), nullptr);
  tail.append(one, log_position{2}, entry(300));
  EXPECT_NE(tail.find(one, log_position{2}), nullptr);
  EXPECT_EQ(tail.bytes(), 900U);
}

TEST(SharedTail, HoldsNothingThatIsLargerThanItself) {
  shared_tail tail{2000, 20'000};
  tail.append(one, log_position{1}, entry(2001));
  EXPECT_EQ(tail.find(one, log_position{1}), nullptr);
  tail.append(one, log_position{2}, entry());
  EXPECT_NE(tail.find(one, log_position{2}), nullptr);
}

TEST(SharedTail, BeginsAnewAfterItWasDropped) {
  shared_tail tail{2000, 20'000};
  for (std::uint64_t i = 1; i <= 5; ++i) tail.append(one, log_position{i}, entry());
  tail.append(two, log_position{1}, entry());
  tail.drop(one);
  tail.drop(one);
  EXPECT_EQ(tail.bytes(), 200U);
  tail.append(one, log_position{50}, entry());
  EXPECT_EQ(tail.find(one, log_position{5}), nullptr);
  EXPECT_NE(tail.find(one, log_position{50}), nullptr);
}

}  // namespace
}  // namespace tern::relay

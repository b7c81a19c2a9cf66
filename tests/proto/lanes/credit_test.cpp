#include "proto/lanes/receive_credit.hpp"
#include "proto/lanes/send_credit.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

TEST(SendCredit, BulkLeavesAQuarterOfTheWindowFree) {
  send_credit credit{true};
  credit.raise(1000);
  EXPECT_TRUE(credit.allows(750, priority::bulk));
  EXPECT_FALSE(credit.allows(751, priority::bulk));
  EXPECT_TRUE(credit.allows(1000, priority::interactive));
  credit.use(750);
  EXPECT_FALSE(credit.allows(1, priority::bulk));
  EXPECT_TRUE(credit.allows(250, priority::interactive));
}

TEST(SendCredit, ATotalThatDoesNotGrowSaysNothing) {
  send_credit credit{true};
  EXPECT_TRUE(credit.raise(10));
  EXPECT_FALSE(credit.raise(10));
  EXPECT_FALSE(credit.raise(5));
  EXPECT_EQ(credit.limit(), 10U);
}

TEST(SendCredit, BlockedIsToldOnceForEachLimit) {
  send_credit credit{true};
  credit.raise(10);
  credit.on_blocked();
  EXPECT_EQ(credit.blocked_due(), 10U);
  credit.on_blocked_sent();
  credit.on_blocked();
  EXPECT_FALSE(credit.blocked_due());
  credit.raise(20);
  credit.on_blocked();
  EXPECT_EQ(credit.blocked_due(), 20U);
}

TEST(ReceiveCredit, ComesBackWhenAQuarterWasTaken) {
  receive_credit credit{1000, 4000};
  credit.charge(1000);
  EXPECT_FALSE(credit.allows(1));
  credit.give_back(249);
  EXPECT_FALSE(credit.due());
  credit.give_back(1);
  EXPECT_EQ(credit.due(), 1250U);
  credit.on_sent(time_point{1s}, 1250, 50ms);
  EXPECT_TRUE(credit.allows(250));
  EXPECT_FALSE(credit.allows(251));
  EXPECT_FALSE(credit.due());
}

TEST(ReceiveCredit, TheWindowGrowsWhileItIsUsedUpFast) {
  receive_credit credit{1000, 4000};
  credit.charge(1000);
  credit.give_back(500);
  credit.on_sent(time_point{1s}, *credit.due(), 50ms);
  credit.give_back(500);
  credit.on_sent(time_point{1s + 100ms}, *credit.due(), 50ms);
  EXPECT_EQ(credit.window(), 2000U);
  EXPECT_TRUE(credit.due()) << "the larger window is worth telling";
  for (int i = 0; i < 10; ++i)
    if (const auto total = credit.due()) credit.on_sent(time_point{1s + 110ms}, *total, 50ms);
  EXPECT_LE(credit.window(), 4000U);
}

TEST(ReceiveCredit, ALostGrantIsRepeatedUnchanged) {
  receive_credit credit{1000, 4000};
  credit.repeat();
  EXPECT_EQ(credit.due(), 1000U);
  credit.on_sent(time_point{1s}, 1000, 50ms);
  EXPECT_FALSE(credit.due());
}

}  // namespace
}  // namespace tern::proto

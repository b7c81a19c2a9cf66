#include "proto/connection/wear.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

TEST(Wear, IsToldOnceAfterADay) {
  wear worn{24h, 1000};
  EXPECT_FALSE(worn.deadline());
  worn.begin(time_point{1h});
  EXPECT_EQ(worn.deadline(), time_point{25h});
  EXPECT_FALSE(worn.take_worn(time_point{25h} - 1ns));
  EXPECT_TRUE(worn.take_worn(time_point{25h}));
  EXPECT_FALSE(worn.take_worn(time_point{26h}));
  EXPECT_FALSE(worn.deadline());
}

TEST(Wear, IsToldOnceAfterThatManyPackets) {
  wear worn{24h, 1000};
  worn.begin(time_point{1h});
  worn.on_packets(999);
  EXPECT_FALSE(worn.take_worn(time_point{1h}));
  worn.on_packets(1000);
  worn.on_packets(3);  // of the other direction
  EXPECT_TRUE(worn.take_worn(time_point{1h}));
  EXPECT_FALSE(worn.take_worn(time_point{1h}));
}

TEST(Wear, NothingWearsBeforeItServes) {
  wear worn{24h, 10};
  worn.on_packets(10);
  EXPECT_FALSE(worn.take_worn(time_point{48h}));
}

}  // namespace
}  // namespace tern::proto

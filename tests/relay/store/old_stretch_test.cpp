#include "relay/store/old_stretch.hpp"

#include <chrono>
#include <gtest/gtest.h>

namespace tern::relay {
namespace {

TEST(OldStretch, IsShorterByWhatGoesAndLighterByWhatIsEmptied) {
  old_stretch old{.end = log_position{5}};
  for (const std::uint64_t size : {10U, 20U, 30U}) old.add(size, {});
  EXPECT_EQ(old.end.value, 8U);
  old.on_dropped(log_position{5}, 10);
  old.on_emptied(log_position{7}, 30);
  old.on_emptied(log_position{8}, 99);
  EXPECT_EQ(old.rows, 2U);
  EXPECT_EQ(old.bytes, 20U);
}

TEST(OldStretch, BeginsBehindWhatWentBeforeItWasLookedAt) {
  old_stretch old{.end = log_position{5}};
  old.on_dropped(log_position{5}, 10);
  EXPECT_EQ(old.end.value, 6U);
  EXPECT_EQ(old.rows, 0U);
  EXPECT_EQ(old.bytes, 0U);
}

TEST(OldStretch, KnowsTheNewestOfItsRows) {
  old_stretch old{.end = log_position{5}};
  for (const int time : {20, 30, 10}) old.add(1, proto::wall_time{std::chrono::milliseconds{time}});
  EXPECT_EQ(old.newest, proto::wall_time{std::chrono::milliseconds{30}});
}

TEST(OldStretches, OfTooManyTheShortestIsForgotten) {
  old_stretches all;
  for (std::uint64_t log = 1; log <= old_stretches::logs_max; ++log) {
    old_stretch& each = all.of(log_number{log}, log_position{1});
    each.add(1, {});
    if (log != 7) each.add(1, {});
  }
  all.of(log_number{5'000}, log_position{3}).add(1, {});
  EXPECT_EQ(all.size(), old_stretches::logs_max);
  EXPECT_EQ(all.find(log_number{7}), nullptr);
  EXPECT_EQ(all.of(log_number{1}, log_position{1}).rows, 2U);
  EXPECT_EQ(all.find(log_number{5'000})->end.value, 4U);
}

}  // namespace
}  // namespace tern::relay

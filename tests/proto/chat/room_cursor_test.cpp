#include "proto/chat/room_cursor.hpp"

#include <gtest/gtest.h>

namespace tern::proto::chat {
namespace {

log_position at(std::uint64_t value) { return log_position{value}; }
std::optional<position_range> range(std::uint64_t first, std::uint64_t last) {
  return position_range{at(first), at(last)};
}

TEST(RoomCursor, TheFirstEntryDecidesWhereReadingBegins) {
  room_cursor place;
  EXPECT_FALSE(place.proven());
  const auto step = place.on_entry(at(41), {1});
  EXPECT_TRUE(step.is_new);
  EXPECT_FALSE(step.missing);
  EXPECT_EQ(place.proven()->position, at(41));
}

TEST(RoomCursor, EachPositionIsShownOnce) {
  room_cursor place;
  place.start(cursor{{}, at(4), {}});
  EXPECT_FALSE(place.on_entry(at(4), {}).is_new);
  EXPECT_TRUE(place.on_entry(at(5), {}).is_new);
  EXPECT_FALSE(place.on_entry(at(5), {}).is_new);
}

TEST(RoomCursor, WhatIsMissingIsToldNotSkipped) {
  room_cursor place;
  place.start(cursor{{}, at(4), {}});
  EXPECT_EQ(place.on_entry(at(8), {}).missing, range(5, 7));
  EXPECT_EQ(place.on_live(at(10), {}), range(9, 10));
  EXPECT_EQ(place.on_live(at(10), {}), std::nullopt);
}

TEST(RoomCursor, AGapIsToldOnceAndOnlyItsNews) {
  room_cursor place;
  place.start(cursor{{}, at(4), {}});
  EXPECT_EQ(place.on_gap(at(3), at(6)), range(5, 6));
  EXPECT_EQ(place.on_gap(at(3), at(6)), std::nullopt);
  EXPECT_EQ(place.proven()->position, at(4)) << "a gap has no chain tag to prove a place with";
  EXPECT_FALSE(place.on_entry(at(7), {}).missing);
}

TEST(RoomCursor, LiveGivesAPlaceWhereNothingWasShown) {
  room_cursor place;
  place.on_bound({9});
  EXPECT_EQ(place.on_live(at(12), {3}), std::nullopt);
  EXPECT_EQ(place.proven(), (cursor{{9}, at(12), {3}}));
}

TEST(RoomCursor, ANewEpochStartsOver) {
  room_cursor place;
  place.start(cursor{{1}, at(40), {}});
  place.on_new_epoch({2});
  EXPECT_EQ(place.on_gap(at(1), at(2)), range(1, 2));
  EXPECT_TRUE(place.on_entry(at(3), {}).is_new);
  EXPECT_EQ(place.proven()->log, log_id{2});
}

}  // namespace
}  // namespace tern::proto::chat

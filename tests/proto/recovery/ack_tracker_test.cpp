#include "proto/recovery/ack_tracker.hpp"

#include "tests/proto/recovery/sender.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <set>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;
using testing::at;

packet_number number_of(std::uint64_t value) { return packet_number{value}; }

// A receiver past its first 16 packets, which are acknowledged at once.
ack_tracker settled() {
  ack_tracker tracker;
  for (std::uint64_t i = 0; i < 16; ++i) tracker.on_received(at(0), number_of(i), true, false);
  tracker.on_sent(at(0));
  return tracker;
}

TEST(AckTracker, TheFirstSixteenPacketsAreAcknowledgedAtOnce) {
  ack_tracker tracker;
  for (std::uint64_t i = 0; i < 16; ++i) {
    tracker.on_received(at(0), number_of(i), true, false);
    EXPECT_TRUE(tracker.due(at(0))) << i;
    tracker.on_sent(at(0));
  }
  tracker.on_received(at(0), number_of(16), true, false);
  EXPECT_FALSE(tracker.due(at(0)));
}

TEST(AckTracker, ThenEverySecondPacketOrFiveMilliseconds) {
  ack_tracker tracker = settled();
  tracker.on_received(at(100), number_of(16), true, false);
  EXPECT_TRUE(tracker.has_news());
  EXPECT_FALSE(tracker.due(at(104)));
  EXPECT_EQ(tracker.deadline(), at(105));
  EXPECT_TRUE(tracker.due(at(105)));
  tracker.on_received(at(101), number_of(17), true, false);
  EXPECT_TRUE(tracker.due(at(101)));
  tracker.on_sent(at(101));
  EXPECT_FALSE(tracker.deadline());
  EXPECT_FALSE(tracker.has_news());
}

TEST(AckTracker, AMessageThatAsksIsAcknowledgedAtOnce) {
  ack_tracker tracker = settled();
  tracker.on_received(at(100), number_of(16), true, true);
  EXPECT_TRUE(tracker.due(at(100)));
}

TEST(AckTracker, AGapAndALatecomerAreAcknowledgedAtOnce) {
  ack_tracker tracker = settled();
  tracker.on_received(at(100), number_of(17), true, false);
  EXPECT_TRUE(tracker.due(at(100)));
  tracker.on_sent(at(100));
  tracker.on_received(at(101), number_of(16), true, false);
  EXPECT_TRUE(tracker.due(at(101)));
  tracker.on_sent(at(101));
  tracker.on_received(at(102), number_of(18), true, false);
  EXPECT_FALSE(tracker.due(at(102)));
  EXPECT_EQ(tracker.stats().reordered, 1U);
  EXPECT_EQ(tracker.stats().gaps, 1U);
}

TEST(AckTracker, AboveAThousandPacketsASecondEveryTenthIsAcknowledged) {
  ack_tracker tracker = settled();
  std::uint64_t next = 16;
  std::uint64_t acks = 0;
  const auto run = [&](std::int64_t from, std::int64_t to, int per_millisecond) {
    acks = 0;
    for (std::int64_t now = from; now < to; ++now)
      for (int i = 0; i < per_millisecond; ++i) {
        tracker.on_received(at(now), number_of(next++), true, false);
        if (tracker.due(at(now))) {
          ++acks;
          tracker.on_sent(at(now));
        }
      }
  };
  run(1000, 1200, 10);  // 10,000 a second: it takes a moment to notice
  run(1200, 1400, 10);
  EXPECT_EQ(acks, 200U);
  run(5000, 5200, 1);  // 1,000 a second: quiet again
  run(5200, 5400, 1);
  EXPECT_EQ(acks, 100U);
}

TEST(AckTracker, BarePacketsAreNeverAcknowledgedByThemselves) {
  ack_tracker tracker;
  for (std::uint64_t i = 0; i < 10; ++i) tracker.on_received(at(0), number_of(2 * i), false, false);
  EXPECT_FALSE(tracker.has_news());
  EXPECT_FALSE(tracker.deadline());
  EXPECT_FALSE(tracker.due(at(1'000'000)));
}

TEST(AckTracker, ReportsHowLongTheLargestWasHeldBack) {
  ack_tracker tracker;
  tracker.on_received(at(10), number_of(5), true, false);
  tracker.on_received(at(12), number_of(4), true, false);
  const ack_frame frame = tracker.make(at(14));
  EXPECT_EQ(frame.largest, number_of(5));
  EXPECT_EQ(frame.delay, 4ms);
}

TEST(AckTracker, KeepsTheNewestRangesOnly) {
  ack_tracker tracker;
  for (std::uint64_t i = 0; i < 1000; ++i) tracker.on_received(at(0), number_of(2 * i), true, false);
  const ack_frame frame = tracker.make(at(0));
  EXPECT_EQ(frame.ranges.size(), ack_ranges_max);
  EXPECT_EQ(frame.ranges.front().last, number_of(1998));
  EXPECT_EQ(frame.ranges.back().first, number_of(1998 - 64));
  EXPECT_EQ(tracker.stats().ranges_dropped, 1000 - ack_ranges_max);
}

TEST(AckTracker, WhatThePeerKnowsIsNotRepeated) {
  ack_tracker tracker;
  for (const std::uint64_t i : {0U, 1U, 3U, 4U, 6U, 7U, 8U}) tracker.on_received(at(0), number_of(i), true, false);
  tracker.on_ack_of_ack(number_of(7));
  const ack_frame frame = tracker.make(at(0));
  ASSERT_EQ(frame.ranges.size(), 1U);
  EXPECT_EQ(frame.ranges.front(), (packet_range{number_of(7), number_of(8)}));
}

TEST(AckTracker, ALatecomerIsToldUntilAnAckBeyondItGotThrough) {
  ack_tracker tracker;
  for (const std::uint64_t i : {0U, 1U, 3U, 4U}) tracker.on_received(at(0), number_of(i), true, false);
  tracker.on_sent(at(0));  // an ACK up to 4, without 2
  tracker.on_received(at(1), number_of(2), true, false);
  tracker.on_ack_of_ack(number_of(4));
  EXPECT_EQ(tracker.make(at(2)).ranges.back().first, number_of(2));
  tracker.on_received(at(3), number_of(5), true, false);
  tracker.on_ack_of_ack(number_of(5));
  EXPECT_EQ(tracker.make(at(4)).ranges.back().first, number_of(5));
}

// Packets in any order, with duplicates: the frame is the set of what came.
RC_GTEST_PROP(AckTracker, SaysExactlyWhatCame, ()) {
  const auto arrivals = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, 60));
  ack_tracker tracker;
  std::set<std::uint64_t> model;
  for (const std::uint64_t number : arrivals) {
    tracker.on_received(at(0), number_of(number), true, false);
    model.insert(number);
  }
  if (model.empty()) return;
  const ack_frame frame = tracker.make(at(0));
  std::set<std::uint64_t> told;
  std::uint64_t ceiling = 1000;
  for (const packet_range& range : frame.ranges) {
    RC_ASSERT(range.first <= range.last);
    RC_ASSERT(range.last.value + 1 < ceiling);
    ceiling = range.first.value;
    for (std::uint64_t number = range.first.value; number <= range.last.value; ++number) told.insert(number);
  }
  RC_ASSERT(told == model);
  RC_ASSERT(frame.largest.value == *model.rbegin());
  for (std::uint64_t number = 0; number < 60; ++number)
    RC_ASSERT(tracker.has_received(number_of(number)) == model.contains(number));
}

// With ACKs that get through or do not: whatever has come and was never in an ACK that the
// peer is known to have, is in the next one.
RC_GTEST_PROP(AckTracker, ForgetsNothingThePeerMayNotKnow, ()) {
  const auto steps = *rc::gen::container<std::vector<std::pair<std::uint64_t, int>>>(
      rc::gen::pair(rc::gen::inRange<std::uint64_t>(0, 40), rc::gen::inRange(0, 6)));
  ack_tracker tracker;
  std::set<std::uint64_t> arrived;
  std::set<std::uint64_t> known;
  for (const auto& [number, dice] : steps) {
    // The replay window lets no duplicate through.
    if (arrived.insert(number).second) tracker.on_received(at(0), number_of(number), true, false);
    if (dice > 2) continue;
    const ack_frame frame = tracker.make(at(0));
    std::set<std::uint64_t> told;
    for (const packet_range& range : frame.ranges)
      for (std::uint64_t i = range.first.value; i <= range.last.value; ++i) told.insert(i);
    for (const std::uint64_t i : arrived) RC_ASSERT(told.contains(i) || known.contains(i));
    for (const std::uint64_t i : told) RC_ASSERT(arrived.contains(i));
    tracker.on_sent(at(0));
    if (dice == 0) {
      known.insert(told.begin(), told.end());
      tracker.on_ack_of_ack(frame.largest);
    }
  }
}

}  // namespace
}  // namespace tern::proto

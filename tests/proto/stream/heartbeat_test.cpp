#include "proto/stream/heartbeat.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{1h};
constexpr duration round_trip = 50ms;
const byte_array<8> data{1, 2, 3};

TEST(Heartbeat, AsksNobodyWhereNothingWaits) {
  heartbeat beat{start, 15s};
  EXPECT_EQ(beat.deadline(round_trip), std::nullopt);
}

TEST(Heartbeat, AsksEveryFiveSecondsWhileSomethingIsNotAcknowledged) {
  heartbeat beat{start, 15s};
  time_point now = start + 60s;
  beat.set_busy(now, true);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(beat.deadline(round_trip), now + 5s);
    now += 5s;
    beat.on_timeout(now, round_trip);
    ASSERT_TRUE(beat.is_ping_due());
    beat.on_ping_sent(now, data);
    beat.on_received(now + round_trip);
    EXPECT_EQ(beat.on_pong(now + round_trip, data), round_trip);
  }
  beat.set_busy(now, false);
  EXPECT_EQ(beat.deadline(round_trip), std::nullopt);
}

TEST(Heartbeat, KeepAliveAsksAfterItsIntervalWithoutTraffic) {
  heartbeat beat{start, 15s};
  beat.want_keep_alive(true);
  EXPECT_EQ(beat.deadline(round_trip), start + 15s);
  beat.on_received(start + 10s);
  EXPECT_EQ(beat.deadline(round_trip), start + 25s);
}

TEST(Heartbeat, AsksSoonerWhereAnAnswerIsOwed) {
  heartbeat beat{start, 15s};
  beat.expect_answer(true);
  EXPECT_EQ(beat.deadline(round_trip), start + 500ms);
  beat.on_received(start + 400ms);
  EXPECT_EQ(beat.deadline(round_trip), start + 900ms);
  beat.expect_answer(false);
  EXPECT_EQ(beat.deadline(round_trip), std::nullopt);
}

TEST(Heartbeat, OnlyTheRightAnswerMeasures) {
  heartbeat beat{start, 15s};
  beat.on_ping_sent(start, data);
  EXPECT_EQ(beat.on_pong(start + 1ms, {9}), std::nullopt);
  EXPECT_EQ(beat.on_pong(start + 2ms, data), 2ms);
  EXPECT_EQ(beat.on_pong(start + 3ms, data), std::nullopt) << "twice";
}

// A PING that became due and may not even have left: the stream is stalled.
struct asked : heartbeat {
  asked() : heartbeat(start, 15s) {
    set_busy(start, true);
    on_timeout(start + 5s, round_trip);
    EXPECT_TRUE(is_ping_due());
  }
};

TEST(Heartbeat, SilenceIsToldOnceAfterThreeSeconds) {
  asked beat;
  EXPECT_EQ(beat.deadline(round_trip), start + 8s);
  beat.on_timeout(start + 8s, round_trip);
  EXPECT_TRUE(beat.take_fell_silent());
  EXPECT_FALSE(beat.take_fell_silent());
  EXPECT_EQ(beat.deadline(round_trip), std::nullopt) << "nothing more to wait for";
  beat.on_received(start + 20s);
  EXPECT_TRUE(beat.take_returned());
  EXPECT_FALSE(beat.take_returned());
}

TEST(Heartbeat, SilenceWhileWeStoodStillIsNone) {
  asked beat;
  beat.on_stall(start + 60s);
  beat.on_timeout(start + 60s, round_trip);
  EXPECT_FALSE(beat.take_fell_silent());
  EXPECT_EQ(beat.deadline(round_trip), start + 63s);
  beat.on_timeout(start + 63s, round_trip);
  EXPECT_TRUE(beat.take_fell_silent());
}

TEST(Heartbeat, ALongRoundTripIsGivenThreeOfThem) {
  asked beat;
  EXPECT_EQ(beat.deadline(2s), start + 11s);
}

TEST(Heartbeat, WhoeverSaysAnythingIsNotSilent) {
  asked beat;
  for (time_point now = start + 6s; now < start + 60s; now += 1s) {
    beat.on_received(now);
    beat.on_timeout(now, round_trip);
  }
  EXPECT_FALSE(beat.take_fell_silent());
}

}  // namespace
}  // namespace tern::proto

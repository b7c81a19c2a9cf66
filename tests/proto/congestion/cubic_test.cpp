#include "proto/congestion/cubic.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t segment = 1200;

// A path without a queue: every tenth of a round trip, a tenth of the window is
// acknowledged, and as much is sent again.
struct flow {
  cubic control;
  time_point now{1s};
  duration rtt = 100ms;
  std::uint64_t packet = 0;
  double fill = 1.0;  // how much of the window the application fills

  double segments() const { return static_cast<double>(control.window()) / segment; }

  ack_sample sample(std::uint64_t acked) {
    const auto in_flight = static_cast<std::uint64_t>(fill * static_cast<double>(control.window()));
    packet += 10;
    return {.now = now,
            .acked_bytes = acked,
            .prior_in_flight = in_flight,
            .bytes_in_flight = in_flight > acked ? in_flight - acked : 0,
            .newest_sent_at = now - rtt,
            .largest_acked = packet_number{packet},
            .next_number = packet_number{packet + 100},
            .latest_rtt = rtt,
            .smoothed_rtt = rtt,
            .rtt_variation = rtt / 10,
            .min_rtt = rtt,
            .round_start = packet % 100 == 0};
  }
  void step() {
    now += rtt / 10;
    const auto acked = static_cast<std::uint64_t>(fill * static_cast<double>(control.window()) / 10);
    control.on_ack(sample(acked));
    control.on_sent(now, acked, static_cast<std::uint64_t>(fill * static_cast<double>(control.window())));
  }
  void run(duration time) {
    for (const time_point end = now + time; now < end;) step();
  }
  void grow_to(double segments_wanted) {
    while (segments() < segments_wanted) {
      now += 1ms;
      control.on_ack(sample(segment));
    }
  }
  loss_sample loss(std::uint64_t packets = 1) const {
    return {.now = now,
            .lost_bytes = packets * segment,
            .lost_packets = packets,
            .bytes_in_flight = control.window(),
            .newest_sent_at = now - rtt};
  }
  void lose(std::uint64_t packets = 1) { control.on_loss(loss(packets)); }
  // Every packet sent before the reduction is acknowledged: recovery is over.
  void recover() { now += rtt + 1ms; }
};

TEST(Cubic, BeginsWithTenPackets) {
  const flow f;
  EXPECT_EQ(f.control.window(), 10 * segment);
  EXPECT_TRUE(f.control.in_slow_start());
  EXPECT_EQ(f.control.slow_start_threshold(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Cubic, SlowStartDoublesTheWindowEachRoundTrip) {
  flow f;
  f.control.on_ack(f.sample(10 * segment));
  EXPECT_EQ(f.control.window(), 20 * segment);
  f.control.on_ack(f.sample(20 * segment));
  EXPECT_EQ(f.control.window(), 40 * segment);
}

TEST(Cubic, ALossTakesThirtyPercent) {
  flow f;
  f.grow_to(100);
  f.lose();
  EXPECT_NEAR(f.segments(), 70, 0.01);
  EXPECT_FALSE(f.control.in_slow_start());
}

// W(t) = 0.4 (t - K)^3 + 100 with K = cbrt(30 / 0.4) = 4.217 s, by hand.
TEST(Cubic, FollowsTheCurveOfRfc9438) {
  flow f;
  f.grow_to(100);
  f.lose();
  f.recover();
  f.step();  // the stage begins here
  const time_point begin = f.now;
  constexpr std::pair<duration, double> points[] = {{1s, 86.68},     {2s, 95.64},  {3s, 99.28},
                                                    {4217ms, 100.0}, {6s, 102.27}, {8s, 121.66}};
  for (const auto& [elapsed, expected] : points) {
    f.run(begin + elapsed - f.now);
    EXPECT_NEAR(f.segments(), expected, 0.02 * expected) << elapsed.count();
  }
}

// At 10 ms and 10 segments the cubic curve is flat: Reno's line is above it. From 7,
// 3 * 0.3 / 1.7 = 0.529 of a segment each round trip up to the old 10, one from there on.
TEST(Cubic, GrowsLikeRenoWhereThatIsFaster) {
  flow f;
  f.rtt = 10ms;
  f.lose();
  f.recover();
  f.run(30ms);
  EXPECT_NEAR(f.segments(), 7 + 3 * 0.529, 0.25);
  f.run(100ms);
  const double before = f.segments();
  ASSERT_GT(before, 10);
  f.run(50ms);
  EXPECT_NEAR(f.segments() - before, 5, 0.6);
}

// Lost at 80 before the old maximum of 100 was reached: the plateau is 80 * 0.85 = 68,
// reached after cbrt(12 / 0.4) = 3.107 s. (At 400 ms, where Reno's line stays below.)
TEST(Cubic, LeavesRoomForANewcomer) {
  flow f;
  f.rtt = 400ms;
  f.grow_to(100);
  f.lose();
  f.recover();
  while (f.segments() < 80) f.step();
  f.lose();
  f.recover();
  EXPECT_NEAR(f.segments(), 56, 1);
  f.run(3107ms);
  EXPECT_NEAR(f.segments(), 68, 1.5);
}

TEST(Cubic, ReducesOncePerRoundTrip) {
  flow f;
  f.grow_to(100);
  f.lose();
  f.now += 20ms;
  f.lose(10);
  f.now += 20ms;
  f.lose(10);
  EXPECT_NEAR(f.segments(), 70, 0.01);
  f.recover();
  f.lose();
  EXPECT_NEAR(f.segments(), 49, 0.01);
}

TEST(Cubic, DoesNotGrowWhileItRecovers) {
  flow f;
  f.grow_to(100);
  f.lose();
  f.run(90ms);
  EXPECT_NEAR(f.segments(), 70, 0.01);
}

TEST(Cubic, NeverFallsBelowTwoPackets) {
  flow f;
  for (int i = 0; i < 50; ++i) {
    f.lose();
    f.recover();
  }
  EXPECT_EQ(f.control.window(), 2 * segment);
}

TEST(Cubic, PersistentCongestionBeginsAgainAtTwoPackets) {
  flow f;
  f.grow_to(100);
  loss_sample sample = f.loss(50);
  sample.persistent = true;
  f.control.on_loss(sample);
  EXPECT_EQ(f.control.window(), 2 * segment);
  EXPECT_EQ(f.control.slow_start_threshold(), 70 * segment);
  EXPECT_TRUE(f.control.in_slow_start());
  f.recover();
  f.grow_to(70);
  EXPECT_NEAR(f.segments(), 70, 0.01);
  // The stage after it begins at the plateau: next to no growth at first.
  f.run(1s);
  EXPECT_NEAR(f.segments(), 70.5, 6);
}

TEST(Cubic, ALossThatWasNoneIsTakenBack) {
  flow f;
  f.grow_to(100);
  f.lose(2);
  const time_point lost_at = f.now;
  f.now += 10ms;
  f.control.on_spurious_loss({.now = f.now, .sent_at = lost_at - f.rtt, .lost_at = lost_at, .bytes = segment});
  EXPECT_NEAR(f.segments(), 70, 0.01) << "the other one may still be lost";
  f.control.on_spurious_loss({.now = f.now, .sent_at = lost_at - f.rtt, .lost_at = lost_at, .bytes = segment});
  EXPECT_NEAR(f.segments(), 100, 1);
  EXPECT_TRUE(f.control.in_slow_start());
}

TEST(Cubic, AnOldSpuriousLossDoesNotTakeBackANewReduction) {
  flow f;
  f.grow_to(100);
  f.lose();
  const time_point first_lost_at = f.now;
  f.recover();
  f.lose();
  f.control.on_spurious_loss({.now = f.now, .sent_at = {}, .lost_at = first_lost_at, .bytes = segment});
  EXPECT_NEAR(f.segments(), 49, 0.01);
}

TEST(Cubic, AWindowThatIsNotFilledDoesNotGrow) {
  flow f;
  f.grow_to(100);
  f.lose();
  f.recover();
  f.fill = 0.3;
  f.run(500ms);  // the peak of the round before is forgotten
  const double before = f.segments();
  f.run(20s);
  EXPECT_NEAR(f.segments(), before, 0.01);
}

TEST(Cubic, TimeWithoutEnoughToSendDoesNotCountOnTheCurve) {
  flow f;
  f.grow_to(100);
  f.lose();
  f.recover();
  f.run(1s);
  f.fill = 0.3;
  f.run(60s);
  f.fill = 1.0;
  const double before = f.segments();
  f.run(1s);
  // Not 60 s further: from 87 on towards the plateau.
  EXPECT_LT(f.segments(), before + 12);
  EXPECT_LT(f.segments(), 98);
}

TEST(Cubic, AnIdleWindowDecaysAndSlowStartLeadsBack) {
  flow f;
  f.grow_to(100);
  f.lose();
  f.recover();
  f.step();
  const double before = f.segments();
  f.now += 1500ms;
  f.control.on_sent(f.now, segment, segment);
  EXPECT_NEAR(f.segments(), before / 2, 0.5);
  EXPECT_TRUE(f.control.in_slow_start());
  f.now += 1h;
  f.control.on_sent(f.now, segment, segment);
  EXPECT_EQ(f.control.window(), 10 * segment);
}

TEST(Cubic, LeavesSlowStartWhenTheRoundTripRises) {
  flow f;
  f.rtt = 50ms;
  f.run(200ms);
  for (int i = 0; i < 2000 && f.control.in_slow_start(); ++i) {
    f.rtt = std::min<duration>(f.rtt + 1ms, 80ms);
    f.step();
  }
  EXPECT_FALSE(f.control.in_slow_start());
  EXPECT_EQ(f.control.slow_start_threshold(), f.control.window());
}

TEST(Cubic, PacesFasterThanTheWindowNeeds) {
  flow f;
  EXPECT_NEAR(static_cast<double>(f.control.pacing_rate()), 2 * 12'000 / 0.333, 1);
  f.grow_to(100);
  EXPECT_NEAR(static_cast<double>(f.control.pacing_rate()), 2 * 120'000 / 0.1, 20'000);
  f.lose();
  EXPECT_NEAR(static_cast<double>(f.control.pacing_rate()), 1.25 * 84'000 / 0.1, 10'000);
}

TEST(Cubic, AnotherPathStartsOver) {
  flow f;
  f.grow_to(100);
  f.lose();
  f.control.on_path_change(f.now);
  EXPECT_EQ(f.control.window(), 10 * segment);
  EXPECT_TRUE(f.control.in_slow_start());
}

TEST(Cubic, TheWindowHasAMaximum) {
  flow f{.control = cubic{{.window_bytes_max = 50 * segment}}};
  for (int i = 0; i < 20; ++i) f.control.on_ack(f.sample(f.control.window()));
  EXPECT_EQ(f.control.window(), 50 * segment);
}

}  // namespace
}  // namespace tern::proto

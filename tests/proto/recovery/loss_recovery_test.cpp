#include "proto/recovery/loss_recovery.hpp"

#include "proto/random.hpp"
#include "tests/proto/recovery/sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;
using testing::ack_of;
using testing::at;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::sender;

TEST(LossRecovery, AnAcknowledgedPacketComesBackOnceWithItsItems) {
  sender s;
  s.send(0);
  s.send(0);
  ASSERT_TRUE(s.ack(50, {{0, 1}}));
  EXPECT_THAT(s.acked(), ElementsAre(0, 1));
  ASSERT_EQ(s.outcome.acked[1].items.size(), 1U);
  EXPECT_EQ(std::get<sent_fragment>(s.outcome.acked[1].items[0]).number, message_number{1});
  EXPECT_EQ(s.outcome.acked_bytes, 2000U);
  EXPECT_EQ(s.recovery.bytes_in_flight(), 0U);
  ASSERT_TRUE(s.ack(60, {{0, 1}}));
  EXPECT_THAT(s.acked(), IsEmpty());
  EXPECT_FALSE(s.outcome.ack);
}

TEST(LossRecovery, AnAckOfANumberNeverSentIsAnErrorAndChangesNothing) {
  sender s;
  s.send(0);
  EXPECT_EQ(s.recovery.on_ack(at(10), ack_of({{0, 1}}), s.outcome).error(), ack_error::never_sent);
  EXPECT_EQ(s.recovery.bytes_in_flight(), 1000U);
  EXPECT_FALSE(s.recovery.rtt().has_sample());
  EXPECT_TRUE(s.ack(20, {{0, 0}}));
}

TEST(LossRecovery, AnAckOfASkippedNumberIsAnError) {
  sender s;
  s.send(0);
  s.recovery.skip(10);
  EXPECT_EQ(s.send(0), 11U);
  EXPECT_EQ(s.recovery.on_ack(at(10), ack_of({{0, 11}}), s.outcome).error(), ack_error::skipped);
  EXPECT_EQ(s.recovery.on_ack(at(10), ack_of({{5, 5}}), s.outcome).error(), ack_error::skipped);
  EXPECT_EQ(s.recovery.bytes_in_flight(), 2000U);
  ASSERT_TRUE(s.ack(20, {{11, 11}, {0, 0}}));
  EXPECT_THAT(s.acked(), ElementsAre(0, 11));
}

TEST(LossRecovery, RangesOutOfOrderAreAnError) {
  sender s;
  s.send_many(0, 10);
  ack_frame frame = ack_of({{5, 6}, {1, 2}});
  frame.largest = packet_number{7};
  EXPECT_EQ(s.recovery.on_ack(at(10), frame, s.outcome).error(), ack_error::malformed);
  EXPECT_EQ(s.recovery.on_ack(at(10), ack_frame{}, s.outcome).error(), ack_error::malformed);
}

TEST(LossRecovery, APacketThreeBehindIsLost) {
  sender s;
  s.send_many(0, 4);
  ASSERT_TRUE(s.ack(50, {{1, 2}}));
  EXPECT_THAT(s.lost(), IsEmpty());
  ASSERT_TRUE(s.ack(50, {{1, 3}}));
  EXPECT_THAT(s.lost(), ElementsAre(0));
  ASSERT_EQ(s.outcome.lost[0].items.size(), 1U);
  ASSERT_TRUE(s.outcome.loss);
  EXPECT_EQ(s.outcome.loss->lost_bytes, 1000U);
  EXPECT_EQ(s.recovery.bytes_in_flight(), 0U);
}

TEST(LossRecovery, SkippedNumbersDoNotCountAsPacketsBehind) {
  sender s;
  s.send(0);
  s.recovery.skip(200);
  s.send(0);
  ASSERT_TRUE(s.ack(50, {{201, 201}}));
  EXPECT_THAT(s.lost(), IsEmpty());
}

TEST(LossRecovery, APacketOlderThanNineEighthsOfARoundTripIsLost) {
  sender s;
  s.send(0);
  ASSERT_TRUE(s.ack(80, {{0, 0}}));
  s.send(100);
  s.send(101);
  ASSERT_TRUE(s.ack(181, {{2, 2}}));
  EXPECT_THAT(s.lost(), IsEmpty());
  EXPECT_EQ(s.recovery.deadline(), at(190));
  EXPECT_EQ(s.fire(189), timer_outcome::nothing);
  EXPECT_EQ(s.fire(190), timer_outcome::lost);
  EXPECT_THAT(s.lost(), ElementsAre(1));
}

TEST(LossRecovery, OnlyTheLargestNewlyAckedElicitingPacketGivesAnRttSample) {
  sender s;
  s.send(0);
  s.send(10);
  ASSERT_TRUE(s.ack(60, {{1, 1}}));
  EXPECT_TRUE(s.outcome.rtt_sampled);
  EXPECT_EQ(s.recovery.rtt().latest(), 50ms);
  // The older one, acknowledged later: how long it was held back is unknown.
  ASSERT_TRUE(s.ack(200, {{0, 1}}));
  EXPECT_FALSE(s.outcome.rtt_sampled);
  EXPECT_EQ(s.recovery.rtt().latest(), 50ms);
  s.send(210);
  s.send_bare_ack(220);
  ASSERT_TRUE(s.ack(900, {{0, 3}}));
  EXPECT_FALSE(s.outcome.rtt_sampled);
}

// A sender that has sampled 50 ms, has something in flight since 100 ms, and then stands still for seconds.
struct stalled : sender {
  stalled() {
    send(0);
    EXPECT_TRUE(ack(50, {{0, 0}}));
    send(100);
  }
};

TEST(LossRecovery, WhatWasAcknowledgedWhileWeStoodStillIsNoSample) {
  stalled by_ack;
  ASSERT_TRUE(by_ack.ack(5000, {{0, 1}}));
  EXPECT_FALSE(by_ack.outcome.rtt_sampled);
  EXPECT_EQ(by_ack.recovery.rtt().latest(), 50ms);
  by_ack.send(5010);
  ASSERT_TRUE(by_ack.ack(5070, {{0, 2}}));
  EXPECT_EQ(by_ack.recovery.rtt().latest(), 60ms);

  stalled by_timer;
  EXPECT_EQ(by_timer.fire(5000), timer_outcome::probe);
  ASSERT_TRUE(by_timer.ack(5001, {{0, 1}}));
  EXPECT_FALSE(by_timer.outcome.rtt_sampled);
}

TEST(LossRecovery, APathThatBecameSlowIsSampled) {
  stalled late;
  for (int turn = 0; turn < 20 && *late.recovery.deadline() < at(5000); ++turn) {
    const auto due = std::chrono::ceil<std::chrono::milliseconds>(late.recovery.deadline()->time_since_epoch()).count();
    EXPECT_EQ(late.fire(static_cast<int>(due)), timer_outcome::probe);
  }
  ASSERT_TRUE(late.ack(5000, {{0, 1}}));
  EXPECT_TRUE(late.outcome.rtt_sampled);
  EXPECT_EQ(late.recovery.rtt().latest(), 4900ms);
}

TEST(LossRecovery, TheAckDelayIsClampedToWhatThePeerPromised) {
  sender s;
  s.recovery.set_peer_max_ack_delay(5ms);
  s.send(0);
  ASSERT_TRUE(s.ack(40, {{0, 0}}));
  s.send(100);
  ASSERT_TRUE(s.ack(160, {{0, 1}}, 1h));
  // 60 ms less 5, not less an hour: 7/8 * 40 + 1/8 * 55.
  EXPECT_EQ(s.recovery.rtt().smoothed(), 41'875us);
}

TEST(LossRecovery, TheProbeTimerFiresAndBacksOffUntilAnAckComes) {
  sender s;
  s.send(0);
  ASSERT_TRUE(s.ack(100, {{0, 0}}));
  s.send(200);
  const duration pto = s.recovery.pto();
  EXPECT_EQ(pto, 100ms + 200ms + 5ms);
  EXPECT_EQ(s.recovery.deadline(), at(200) + pto);
  EXPECT_EQ(s.fire(505), timer_outcome::probe);
  EXPECT_EQ(s.recovery.pto_count(), 1U);
  EXPECT_EQ(s.recovery.bytes_in_flight(), 1000U);
  s.send(505);
  EXPECT_EQ(s.recovery.deadline(), at(505) + pto * 3 / 2);
  ASSERT_TRUE(s.ack(600, {{2, 2}}));
  EXPECT_EQ(s.recovery.pto_count(), 0U);
}

TEST(LossRecovery, TellsAProbeWhatTheOldestOpenPacketCarried) {
  sender s;
  EXPECT_EQ(s.recovery.oldest_open_items(), nullptr);
  s.send_bare_ack(0);
  s.send_many(0, 5);
  ASSERT_TRUE(s.ack(50, {{5, 5}, {1, 1}}));
  EXPECT_THAT(s.lost(), ElementsAre(0, 2));
  ASSERT_NE(s.recovery.oldest_open_items(), nullptr);
  EXPECT_EQ(std::get<sent_fragment>(s.recovery.oldest_open_items()->at(0)).number, message_number{3});
}

TEST(LossRecovery, AProbeThatCouldNotBeSentDoesNotSpin) {
  sender s;
  s.send(0);
  const time_point first = *s.recovery.deadline();
  EXPECT_EQ(s.recovery.on_timer(first, s.outcome), timer_outcome::probe);
  EXPECT_GT(*s.recovery.deadline(), first);
}

TEST(LossRecovery, ASteadyTrickleDoesNotPushTheProbeTimerAwayForEver) {
  sender s;
  s.recovery.seed_round_trip(at(0), 50ms);
  const duration pto = s.recovery.pto();
  std::int64_t now = 0;
  for (; now < 1000; now += 10) {
    if (s.recovery.deadline() && *s.recovery.deadline() <= at(now)) break;
    s.send(now);
  }
  EXPECT_LE(at(now) - at(0), 2 * pto + 10ms);
}

TEST(LossRecovery, NothingOutstandingMeansNoTimer) {
  sender s;
  EXPECT_FALSE(s.recovery.deadline());
  s.send_bare_ack(0);
  EXPECT_FALSE(s.recovery.deadline());
  s.send(0);
  ASSERT_TRUE(s.ack(30, {{1, 1}}));
  EXPECT_FALSE(s.recovery.deadline());
}

TEST(LossRecovery, ALostPacketThatArrivesAfterAllIsSpuriousAndWidensTheThreshold) {
  sender s;
  s.send_many(0, 10);
  ASSERT_TRUE(s.ack(50, {{4, 9}}));
  EXPECT_THAT(s.lost(), ElementsAre(0, 1, 2, 3));
  ASSERT_TRUE(s.ack(51, {{3, 9}, {0, 1}}));
  EXPECT_TRUE(s.outcome.spurious);
  EXPECT_THAT(s.acked(), ElementsAre(0, 1, 3));
  EXPECT_TRUE(s.outcome.acked[0].declared_lost);
  EXPECT_EQ(s.outcome.acked[0].items.size(), 1U);
  const recovery_statistics statistics = s.recovery.statistics();
  EXPECT_EQ(statistics.spurious_losses, 3U);
  EXPECT_EQ(statistics.reorder_max, 9U);
  EXPECT_EQ(statistics.packet_threshold, 10U);
  EXPECT_EQ(s.recovery.bytes_in_flight(), 0U);
}

TEST(LossRecovery, ReorderingOnceSeenCostsNoMoreLosses) {
  sender s;
  std::uint64_t spurious_late = 0;
  for (std::int64_t round = 0; round < 40; ++round) {
    const std::int64_t now = round * 100;
    s.send_many(now, 12);
    const std::uint64_t first = static_cast<std::uint64_t>(round) * 12;
    // The first packet of each flight overtaken by eight others.
    ASSERT_TRUE(s.ack(now + 50, {{first + 1, first + 8}}));
    if (round >= 1) spurious_late += s.outcome.lost.size();
    ASSERT_TRUE(s.ack(now + 52, {{first, first + 11}}));
  }
  // Thresholds narrow after quiet rounds, so one may be hit again now and then.
  EXPECT_LE(spurious_late, 4U);
}

TEST(LossRecovery, EverythingLostForThreeProbeTimeoutsIsPersistentCongestion) {
  sender s;
  s.send(0);
  ASSERT_TRUE(s.ack(50, {{0, 0}}));
  const auto period = std::chrono::duration_cast<std::chrono::milliseconds>(3 * s.recovery.pto()).count();
  s.send(100);
  s.send(100 + period / 2);
  s.send(101 + period);
  s.send(110 + period);
  ASSERT_TRUE(s.ack(180 + period, {{4, 4}}));
  EXPECT_THAT(s.lost(), ElementsAre(1, 2, 3));
  ASSERT_TRUE(s.outcome.loss);
  EXPECT_TRUE(s.outcome.loss->persistent);
}

TEST(LossRecovery, OnePacketThatGotThroughDisprovesPersistentCongestion) {
  sender s;
  s.send(0);
  ASSERT_TRUE(s.ack(50, {{0, 0}}));
  const auto period = std::chrono::duration_cast<std::chrono::milliseconds>(3 * s.recovery.pto()).count();
  s.send(100);
  s.send(100 + period / 2);
  s.send(101 + period);
  s.send(110 + period);
  ASSERT_TRUE(s.ack(180 + period, {{4, 4}, {2, 2}}));
  EXPECT_THAT(s.lost(), ElementsAre(1, 3));
  ASSERT_TRUE(s.outcome.loss);
  EXPECT_FALSE(s.outcome.loss->persistent);
}

TEST(LossRecovery, LossBeforeTheFirstRttSampleIsNotPersistentCongestion) {
  sender s;
  s.send(0);
  s.send(10'000);
  s.send(20'000);
  s.send(20'001);
  ASSERT_TRUE(s.ack(20'050, {{3, 3}}));
  ASSERT_TRUE(s.outcome.loss);
  EXPECT_FALSE(s.outcome.loss->persistent);
}

TEST(LossRecovery, ALostMtuProbeSaysNothingAboutCongestion) {
  sender s;
  s.send_packet({.sent_at = at(0), .bytes = 1452, .ack_eliciting = true, .in_flight = true, .mtu_probe = true});
  s.send_many(0, 3);
  ASSERT_TRUE(s.ack(50, {{1, 3}}));
  EXPECT_THAT(s.lost(), ElementsAre(0));
  EXPECT_FALSE(s.outcome.loss);
  EXPECT_EQ(s.recovery.bytes_in_flight(), 0U);
}

TEST(LossRecovery, BareAcksThatNobodyAcknowledgesAreForgotten) {
  sender s;
  for (int i = 0; i < 1000; ++i) s.send_bare_ack(i);
  EXPECT_TRUE(s.recovery.has_room());
  ASSERT_TRUE(s.ack(1000, {{0, 999}}));
  EXPECT_LE(s.outcome.acked.size(), 8U);
}

TEST(LossRecovery, SaysWhenTheLedgerIsFull) {
  sender s;
  for (std::size_t i = 0; i < loss_recovery::ledger_packets_max; ++i) {
    ASSERT_TRUE(s.recovery.has_room());
    s.send(0);
  }
  EXPECT_FALSE(s.recovery.has_room());
  ASSERT_TRUE(s.ack(50, {{0, 0}}));
  EXPECT_TRUE(s.recovery.has_room());
}

TEST(LossRecovery, AHandshakesRoundTripSeedsTheEstimate) {
  sender s;
  s.recovery.seed_round_trip(at(0), 40ms);
  EXPECT_EQ(s.recovery.rtt().smoothed(), 40ms);
  EXPECT_EQ(s.recovery.pto(), 40ms + 80ms + 5ms);
}

TEST(LossRecovery, AnotherPathStartsFromTheInitialRoundTrip) {
  sender s;
  s.recovery.seed_round_trip(at(0), 40ms);
  s.recovery.on_path_change();
  EXPECT_EQ(s.recovery.rtt().smoothed(), 333ms);
}

TEST(LossRecovery, AnAckReportsTheDeliveryRate) {
  sender s;
  for (std::int64_t now = 0; now < 300; ++now) {
    s.send(now);
    if (now < 50) continue;
    ASSERT_TRUE(s.ack(now, {{0, static_cast<std::uint64_t>(now) - 50}}));
  }
  ASSERT_TRUE(s.outcome.ack);
  ASSERT_TRUE(s.outcome.ack->rate);
  // One packet of 1000 bytes a millisecond.
  EXPECT_NEAR(static_cast<double>(s.outcome.ack->rate->bytes_per_second), 1e6, 0.05e6);
  EXPECT_EQ(s.outcome.ack->delivered_total, 250'000U);
}

// Whatever happens, every packet that was sent is told of exactly once as acked or lost,
// spurious losses aside, and the books on bytes in flight balance.
TEST(LossRecovery, BooksBalanceOnARandomPath) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    random dice{seed};
    sender s;
    std::vector<bool> arrived;
    std::vector<int> acked_count;
    std::vector<int> lost_count;
    std::vector<std::pair<std::int64_t, std::uint64_t>> on_the_way;
    const auto tally = [&] {
      for (const std::uint64_t number : s.acked()) ++acked_count[number];
      for (const std::uint64_t number : s.lost()) ++lost_count[number];
    };
    for (std::int64_t now = 0; now < 3000; ++now) {
      if (now < 2500 && dice.chance(0.5)) {
        if (dice.chance(0.02)) s.recovery.skip(dice.between(1, 256));
        const std::uint64_t number = s.send(now);
        arrived.resize(number + 1);
        acked_count.resize(number + 1);
        lost_count.resize(number + 1);
        if (!dice.chance(0.1)) on_the_way.emplace_back(now + static_cast<std::int64_t>(dice.between(20, 60)), number);
      }
      bool news = false;
      for (const auto& [when, number] : on_the_way)
        if (when == now) news = arrived[number] = true;
      if (news && dice.chance(0.5)) {
        ack_frame frame;
        for (std::size_t last = arrived.size(); last-- > 0 && !frame.ranges.full();) {
          if (!arrived[last]) continue;
          std::size_t first = last;
          while (first > 0 && arrived[first - 1]) --first;
          frame.ranges.push_back({packet_number{first}, packet_number{last}});
          last = first;
        }
        frame.largest = frame.ranges.front().last;
        ASSERT_TRUE(s.recovery.on_ack(at(now), frame, s.outcome));
        tally();
      }
      if (s.recovery.deadline() && *s.recovery.deadline() <= at(now)) {
        s.fire(now);
        tally();
      }
    }
    for (std::size_t number = 0; number < arrived.size(); ++number) {
      ASSERT_LE(acked_count[number], 1);
      ASSERT_LE(lost_count[number], 1);
      ASSERT_TRUE(acked_count[number] == 0 || arrived[number]);
    }
    const recovery_statistics statistics = s.recovery.statistics();
    const std::uint64_t open =
        statistics.packets_sent - statistics.packets_acked - (statistics.packets_lost - statistics.spurious_losses);
    EXPECT_EQ(s.recovery.bytes_in_flight(), open * 1000);
    EXPECT_EQ(s.recovery.eliciting_in_flight(), open);
  }
}

}  // namespace
}  // namespace tern::proto

#include "proto/connection/silence_watch.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tern::proto {
namespace {

constexpr time_point start{1h};

TEST(SilenceWatch, WaitsForNothingWhileNothingIsOutstanding) {
  silence_watch watch;
  watch.on_received(start);
  EXPECT_FALSE(watch.deadline(10ms));
  watch.on_timeout(start + 1h, 10ms);
  EXPECT_FALSE(watch.take_fell_silent());
}

TEST(SilenceWatch, FallsSilentAfterASecondOrThreeProbeTimeouts) {
  silence_watch watch;
  watch.set_outstanding(start, true);
  EXPECT_EQ(watch.deadline(10ms), start + 1s);
  EXPECT_EQ(watch.deadline(600ms), start + 1800ms);
  watch.on_timeout(start + 999ms, 10ms);
  EXPECT_FALSE(watch.take_fell_silent());
  watch.on_timeout(start + 1s, 10ms);
  EXPECT_TRUE(watch.take_fell_silent());
  EXPECT_FALSE(watch.take_fell_silent()) << "once";
  EXPECT_FALSE(watch.deadline(10ms));
}

TEST(SilenceWatch, CountsFromWhatWasHeardLast) {
  silence_watch watch;
  watch.set_outstanding(start, true);
  watch.on_received(start + 700ms);
  EXPECT_EQ(watch.deadline(10ms), start + 1700ms);
}

TEST(SilenceWatch, CountsFromWhatIsOutstandingWhereThePeerHadNothingToSay) {
  silence_watch watch;
  watch.on_received(start);
  watch.set_outstanding(start + 30s, true);
  watch.set_outstanding(start + 30500ms, true);
  EXPECT_EQ(watch.deadline(10ms), start + 31s);
}

TEST(SilenceWatch, ReturnsWithTheNextPacket) {
  silence_watch watch;
  watch.set_outstanding(start, true);
  watch.on_timeout(start + 1s, 10ms);
  watch.on_received(start + 2s);
  EXPECT_TRUE(watch.take_returned());
  EXPECT_FALSE(watch.take_returned());
}

TEST(SilenceWatch, ADeadDirectionIsSilenceToo) {
  silence_watch watch;
  watch.set_outstanding(start, true);
  for (auto now = start; now < start + 3s; now += 100ms) {
    watch.on_received(now);
    watch.on_timeout(now, 10ms);
    ASSERT_FALSE(watch.take_fell_silent());
  }
  watch.on_timeout(start + 3s, 10ms);
  EXPECT_TRUE(watch.take_fell_silent());
  watch.on_received(start + 3100ms);
  EXPECT_FALSE(watch.take_returned()) << "it was heard all the time";
  watch.on_acked(start + 3200ms);
  EXPECT_TRUE(watch.take_returned());
}

TEST(SilenceWatch, AReturnIsNotTakenForADeadDirection) {
  silence_watch watch;
  watch.set_outstanding(start, true);
  watch.on_timeout(start + 1s, 10ms);
  EXPECT_TRUE(watch.take_fell_silent());
  watch.on_received(start + 10s);
  watch.on_timeout(start + 10s, 10ms);
  EXPECT_FALSE(watch.take_fell_silent()) << "its acknowledgment may be in the next packet";
  watch.on_received(start + 12900ms);
  watch.on_timeout(start + 13s, 10ms);
  EXPECT_TRUE(watch.take_fell_silent());
}

TEST(SilenceWatch, AcknowledgmentsKeepTheDirectionAlive) {
  silence_watch watch;
  watch.set_outstanding(start, true);
  watch.on_received(start + 2900ms);
  watch.on_acked(start + 2900ms);
  EXPECT_EQ(watch.deadline(10ms), start + 3900ms);
  EXPECT_EQ(watch.deadline(800ms), start + 5300ms);
}

}  // namespace
}  // namespace tern::proto

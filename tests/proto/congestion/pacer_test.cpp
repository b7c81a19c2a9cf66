#include "proto/congestion/pacer.hpp"

#include "proto/random.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t packet = 1200;

TEST(Pacer, LetsOneBurstThroughAtFirst) {
  pacer p{packet};
  const time_point now{5s};
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(p.may_send(now, packet));
    p.on_sent(now, packet);
  }
  EXPECT_FALSE(p.may_send(now, packet));
}

TEST(Pacer, SpreadsPacketsByTheRate) {
  pacer p{packet};
  time_point now{5s};
  p.set_rate(now, 120'000);
  while (p.may_send(now, packet)) p.on_sent(now, packet);
  for (int i = 0; i < 100; ++i) {
    const time_point next = p.next(now, packet);
    ASSERT_NEAR(static_cast<double>((next - now).count()), 10e6, 100);
    ASSERT_FALSE(p.may_send(next - 1us, packet));
    ASSERT_TRUE(p.may_send(next, packet));
    p.on_sent(now = next, packet);
  }
}

// Over any schedule of questions, sizes, kinds and rates: never more than the burst, the
// reserve and what the highest rate so far has earned; and nearly all of it when there
// is always something to send.
TEST(Pacer, ConformsToTheRateOverRandomSchedules) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    random dice{seed};
    pacer p{packet};
    time_point now{1s};
    const std::uint64_t rate = dice.between(10'000, 100'000'000);
    p.set_rate(now, rate);
    const time_point begin = now;
    std::uint64_t sent = 0;
    for (int i = 0; i < 5000; ++i) {
      const std::uint64_t size = dice.between(40, packet);
      const bool interactive = dice.chance(0.1);
      if (interactive ? p.may_send_interactive(now, size) : p.may_send(now, size)) {
        p.on_sent(now, size);
        sent += size;
      } else {
        const time_point next = interactive ? p.next_interactive(now, size) : p.next(now, size);
        ASSERT_GT(next, now);
        now = dice.chance(0.5) ? next : next + std::chrono::microseconds{dice.between(0, 100)};
        ASSERT_TRUE(interactive ? p.may_send_interactive(now, size) : p.may_send(now, size));
      }
      const double earned = std::chrono::duration<double>(now - begin).count() * static_cast<double>(rate);
      ASSERT_LE(static_cast<double>(sent), earned + static_cast<double>(p.burst_bytes() + p.reserve_bytes()) + 1);
    }
  }
}

TEST(Pacer, ABusySenderGetsItsRate) {
  pacer p{packet};
  time_point now{1s};
  p.set_rate(now, 12'500'000);  // 100 Mbit/s
  const time_point begin = now;
  std::uint64_t sent = 0;
  while (now < begin + 1s) {
    if (p.may_send(now, packet)) {
      p.on_sent(now, packet);
      sent += packet;
    } else {
      now = p.next(now, packet);
    }
  }
  EXPECT_NEAR(static_cast<double>(sent), 12.5e6, 0.02e6);
}

TEST(Pacer, InteractiveMessagesRunIntoABoundedDebt) {
  pacer p{packet};
  time_point now{1s};
  p.set_rate(now, 120'000);
  while (p.may_send(now, packet)) p.on_sent(now, packet);
  std::uint64_t ahead = 0;
  while (p.may_send_interactive(now, 100)) {
    p.on_sent(now, 100);
    ahead += 100;
  }
  EXPECT_GT(ahead, p.reserve_bytes() - 200);
  EXPECT_LE(ahead, p.reserve_bytes());
  // Paid back before bulk goes on.
  EXPECT_GE(p.next(now, packet) - now, 40ms);
}

TEST(Pacer, APauseSavesUpOneBurstOnly) {
  pacer p{packet};
  p.set_rate(time_point{1s}, 1'000'000);
  const time_point later{1h};
  std::uint64_t sent = 0;
  while (p.may_send(later, packet)) {
    p.on_sent(later, packet);
    sent += packet;
  }
  EXPECT_EQ(sent, 10 * packet);
}

TEST(Pacer, AtHighRatesOneWakeUpSendsAShortTrain) {
  pacer p{packet};
  time_point now{1s};
  p.set_rate(now, 1'250'000'000);  // 10 Gbit/s
  while (p.may_send(now, packet)) p.on_sent(now, packet);
  const time_point next = p.next(now, packet);
  EXPECT_GE(next - now, 200us);
  EXPECT_LE(next - now, 500us);
}

TEST(Pacer, ANewRateHoldsFromNowOn) {
  pacer p{packet};
  time_point now{1s};
  p.set_rate(now, 1'200);
  while (p.may_send(now, packet)) p.on_sent(now, packet);
  p.set_rate(now, 1'200'000);
  EXPECT_LE(p.next(now, packet) - now, 1'001us);
  p.set_rate(now, 0);
  EXPECT_EQ(p.rate(), 1U) << "never stuck for ever";
}

}  // namespace
}  // namespace tern::proto

#include "tests/tools/link/traffic.hpp"

#include <gtest/gtest.h>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

proto::time_point sent_at(const seen& one) { return epoch + 1ms * static_cast<duration::rep>(one.tag); }

double mean_delay_ms(const std::vector<seen>& trace) {
  duration sum{};
  for (const seen& one : trace) sum += one.at - sent_at(one);
  return std::chrono::duration<double, std::milli>(sum).count() / static_cast<double>(trace.size());
}

bool in_order(const std::vector<seen>& trace) {
  return std::is_sorted(trace.begin(), trace.end(), [](const seen& a, const seen& b) { return a.tag < b.tag; });
}

TEST(Delay, IsExact) {
  impairments config;
  config.delay = 25ms;
  for (const seen& one : run(config, 1, {.packets = 100})) EXPECT_EQ(one.at - sent_at(one), 25ms);
}

TEST(Delay, ArrivalsAreNotSeenEarly) {
  impairments config;
  config.delay = 25ms;
  link wire{config, 1, epoch};
  wire.offer(epoch, proto::as_bytes("x"));
  EXPECT_FALSE(wire.poll(epoch + 25ms - 1ns));
  EXPECT_EQ(wire.next_deadline(), epoch + 25ms);
  EXPECT_TRUE(wire.poll(epoch + 25ms));
  EXPECT_FALSE(wire.next_deadline());
}

TEST(Jitter, ThatReordersSpreadsEvenly) {
  impairments config;
  config.delay = 10ms;
  config.jitter = {.extra = 40ms, .shape = jitter_shape::uniform, .reorders = true};
  link wire{config, 2, epoch};
  const auto trace = run(wire, {.packets = 20'000});
  EXPECT_NEAR(mean_delay_ms(trace), 30, 0.5);
  EXPECT_FALSE(in_order(trace));
  EXPECT_GT(wire.statistics().overtaken, 10'000U);
  for (const seen& one : trace) {
    ASSERT_GE(one.at - sent_at(one), 10ms);
    ASSERT_LE(one.at - sent_at(one), 50ms);
  }
}

TEST(Jitter, ThatKeepsOrderNeverReorders) {
  impairments config;
  config.delay = 10ms;
  config.jitter = {.extra = 40ms, .shape = jitter_shape::uniform, .reorders = false};
  link wire{config, 2, epoch};
  const auto trace = run(wire, {.packets = 20'000});
  EXPECT_TRUE(in_order(trace));
  EXPECT_EQ(wire.statistics().overtaken, 0U);
  for (const seen& one : trace) ASSERT_LE(one.at - sent_at(one), 50ms);
}

TEST(Jitter, ExponentialHasItsMeanAndItsCut) {
  impairments config;
  config.jitter = {.extra = 20ms, .shape = jitter_shape::exponential, .reorders = true};
  const auto trace = run(config, 3, {.packets = 50'000});
  EXPECT_NEAR(mean_delay_ms(trace), 20, 0.5);
  for (const seen& one : trace) ASSERT_LE(one.at - sent_at(one), 200ms);
}

TEST(Reordering, HoldsBackItsShareByTheExtraDelay) {
  impairments config;
  config.delay = 10ms;
  config.reorder = {.probability = 0.2, .extra = 5500us};
  link wire{config, 4, epoch};
  const auto trace = run(wire, {.packets = 20'000});
  std::uint64_t late = 0;
  for (const seen& one : trace) {
    const auto taken = one.at - sent_at(one);
    ASSERT_TRUE(taken == 10ms || taken == 15500us);
    late += taken != 10ms ? 1U : 0U;
  }
  EXPECT_EQ(late, wire.statistics().reordered);
  EXPECT_NEAR(static_cast<double>(late), 4'000, 250);
  // A late packet is overtaken unless all five behind it are late as well.
  EXPECT_NEAR(static_cast<double>(wire.statistics().overtaken), static_cast<double>(late), 20);
}

}  // namespace
}  // namespace tern::link_model

#include "tools/link/model/link.hpp"

#include "tests/tools/link/traffic.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

impairments everything() {
  impairments config;
  config.loss = 0.1;
  config.packet_bursts = {.loss = 0.05, .mean_packets = 3};
  config.timed_bursts = {.loss = 0.05, .mean_bad = 30ms};
  config.delay = 20ms;
  config.jitter = {.extra = 15ms, .shape = jitter_shape::exponential, .reorders = true};
  config.reorder = {.probability = 0.1, .extra = 10ms};
  config.duplicate = 0.1;
  config.corrupt.probability = 0.1;
  config.rate = {.bits_per_second = 1'000'000, .queue_packets = 20};
  config.mtu = 1000;
  config.blackouts = {{.begin = 1s, .length = 200ms, .period = 2s}};
  return config;
}

void expect_adds_up(const link& wire) {
  const counters& count = wire.statistics();
  EXPECT_EQ(count.offered + count.duplicated, count.delivered + count.dropped() + wire.held_packets());
}

TEST(Link, APerfectOneDeliversEverythingAtOnce) {
  link wire{{}, 1, epoch};
  const auto trace = run(wire, {.packets = 1000});
  ASSERT_EQ(trace.size(), 1000U);
  EXPECT_EQ(trace[7].at, epoch + 7ms);
  EXPECT_EQ(wire.statistics().delivered_bytes, 100'000U);
  EXPECT_EQ(wire.statistics().dropped(), 0U);
}

TEST(Link, LosesItsShareIndependently) {
  impairments config;
  config.loss = 0.2;
  link wire{config, 5, epoch};
  const auto trace = run(wire, {.packets = 100'000});
  EXPECT_NEAR(static_cast<double>(wire.statistics().lost), 20'000, 600);
  std::set<std::uint64_t> arrived;
  for (const seen& one : trace) arrived.insert(one.tag);
  std::uint64_t pairs = 0;
  for (std::uint64_t i = 0; i + 1 < 100'000; ++i) pairs += !arrived.contains(i) && !arrived.contains(i + 1) ? 1U : 0U;
  EXPECT_NEAR(static_cast<double>(pairs), 4'000, 300) << "two in a row are as likely as chance has it";
}

TEST(Link, DuplicatesItsShareOnce) {
  impairments config;
  config.duplicate = 0.25;
  link wire{config, 6, epoch};
  const auto trace = run(wire, {.packets = 40'000});
  EXPECT_EQ(trace.size(), 40'000 + wire.statistics().duplicated);
  EXPECT_NEAR(static_cast<double>(wire.statistics().duplicated), 10'000, 400);
  EXPECT_EQ(wire.statistics().overtaken, 0U) << "a copy is not overtaken by its original";
}

TEST(Link, DropsWhatIsLongerThanTheMtu) {
  impairments config;
  config.mtu = 1280;
  config.header_bytes = 28;
  link wire{config, 1, epoch};
  wire.offer(epoch, proto::bytes(1252), 1);
  wire.offer(epoch, proto::bytes(1253), 2);
  EXPECT_EQ(wire.statistics().mtu_dropped, 1U);
  ASSERT_TRUE(wire.poll(epoch));
  EXPECT_FALSE(wire.poll(epoch));
}

TEST(Link, TheSameSeedGivesTheSameTrace) {
  const pace how{.packets = 5'000, .interval = 700us, .size = 100};
  const auto trace = run(everything(), 77, how);
  EXPECT_EQ(trace, run(everything(), 77, how));
  EXPECT_NE(trace, run(everything(), 78, how));
}

TEST(Link, TheTraceDoesNotDependOnHowOftenItIsPolled) {
  link eager{everything(), 9, epoch};
  link lazy{everything(), 9, epoch};
  std::vector<seen> eager_trace;
  std::vector<seen> lazy_trace;
  for (int i = 0; i < 20'000; ++i) {
    const auto now = epoch + i * 100us;
    if (i % 9 == 0) {
      eager.offer(now, proto::bytes(100), static_cast<std::uint64_t>(i));
      lazy.offer(now, proto::bytes(100), static_cast<std::uint64_t>(i));
    }
    drain(eager, now, eager_trace);
    if (i % 500 == 0) drain(lazy, now, lazy_trace);
  }
  drain(eager, epoch + 60s, eager_trace);
  drain(lazy, epoch + 60s, lazy_trace);
  EXPECT_EQ(eager_trace, lazy_trace);
}

TEST(Link, SwitchingOneImpairmentOnLeavesTheOthersAsTheyWere) {
  impairments plain;
  plain.loss = 0.1;
  impairments busy = plain;
  busy.jitter = {.extra = 300us, .shape = jitter_shape::uniform, .reorders = false};
  busy.duplicate = 0.2;
  busy.corrupt.probability = 0.2;
  std::set<std::uint64_t> plain_tags;
  std::set<std::uint64_t> busy_tags;
  for (const seen& one : run(plain, 8, {.packets = 5'000})) plain_tags.insert(one.tag);
  for (const seen& one : run(busy, 8, {.packets = 5'000})) busy_tags.insert(one.tag);
  EXPECT_EQ(plain_tags, busy_tags);
}

TEST(Link, CountersAddUpAtEveryMoment) {
  link wire{everything(), 10, epoch};
  proto::random sizes{10};
  std::vector<seen> trace;
  for (int i = 0; i < 20'000; ++i) {
    const auto now = epoch + i * 500us;
    wire.offer(now, proto::bytes(sizes.between(1, 1100)), 0);
    if (i % 3 == 0) drain(wire, now, trace);
    if (i % 100 == 0) expect_adds_up(wire);
  }
  drain(wire, epoch + 100s, trace);
  expect_adds_up(wire);
  EXPECT_EQ(wire.held_packets(), 0U);
  EXPECT_EQ(wire.held_bytes(), 0U);
  const counters& count = wire.statistics();
  EXPECT_EQ(count.delivered, trace.size());
  for (const auto cause : {count.lost, count.burst_lost, count.queue_dropped, count.mtu_dropped, count.blacked_out,
                           count.duplicated, count.corrupted, count.reordered}) {
    EXPECT_GT(cause, 0U);
  }
}

TEST(Link, HoldsNoMoreThanItMay) {
  impairments config;
  config.delay = 10s;
  config.duplicate = 1;
  config.held_bytes_max = 100'000;
  link wire{config, 11, epoch};
  for (int i = 0; i < 5'000; ++i) {
    wire.offer(epoch + i * 1ms, proto::bytes(1000), 0);
    ASSERT_LE(wire.held_bytes(), config.held_bytes_max);
  }
  EXPECT_EQ(wire.held_packets(), 100U);
  EXPECT_EQ(wire.statistics().overflowed, 4'950U);
  expect_adds_up(wire);
}

TEST(Link, HealsWhenToldTo) {
  impairments dead;
  dead.loss = 1;
  dead.delay = 100ms;
  link wire{dead, 12, epoch};
  run(wire, {.packets = 100});
  EXPECT_EQ(wire.statistics().delivered, 0U);
  wire.set_impairments(epoch + 1s, {});
  const auto trace = run(wire, {.packets = 100}, epoch + 1s);
  EXPECT_EQ(trace.size(), 100U);
  EXPECT_EQ(trace.front().at, epoch + 1s);
}

TEST(Link, KeepsOrderWhenTheDelayShrinks) {
  impairments config;
  config.delay = 100ms;
  link wire{config, 13, epoch};
  wire.offer(epoch, proto::as_bytes("first"), 1);
  wire.set_impairments(epoch + 1ms, {});
  wire.offer(epoch + 1ms, proto::as_bytes("second"), 2);
  EXPECT_FALSE(wire.poll(epoch + 1ms));
  EXPECT_EQ(wire.poll(epoch + 100ms)->content.tag, 1U);
  EXPECT_EQ(wire.poll(epoch + 100ms)->content.tag, 2U);
}

}  // namespace
}  // namespace tern::link_model

#include "tools/link/model/bottleneck.hpp"

#include "tests/tools/link/traffic.hpp"

#include <gtest/gtest.h>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

// 1000 octets at this rate take one millisecond.
constexpr std::uint64_t thousand_a_millisecond = 8'000'000;

impairments at_rate(const rate_limit& rate) {
  impairments config;
  config.rate = rate;
  return config;
}

link filled(const impairments& config, std::uint64_t packets) {
  link wire{config, 1, epoch};
  for (std::uint64_t i = 0; i < packets; ++i) wire.offer(epoch, proto::bytes(1000), i);
  return wire;
}

TEST(Bottleneck, SerialisesAtItsRate) {
  link wire = filled(at_rate({.bits_per_second = thousand_a_millisecond, .queue_packets = 100}), 10);
  std::vector<seen> trace;
  drain(wire, epoch + 1s, trace);
  ASSERT_EQ(trace.size(), 10U);
  for (std::size_t i = 0; i < trace.size(); ++i) EXPECT_EQ(trace[i].at, epoch + (i + 1) * 1ms);
}

TEST(Bottleneck, CountsTheHeaderToo) {
  auto config = at_rate({.bits_per_second = thousand_a_millisecond});
  config.header_bytes = 1000;
  link wire = filled(config, 1);
  ASSERT_TRUE(wire.next_deadline());
  EXPECT_EQ(*wire.next_deadline(), epoch + 2ms);
}

TEST(Bottleneck, IsIdleAgainAfterAPause) {
  link wire = filled(at_rate({.bits_per_second = thousand_a_millisecond}), 1);
  std::vector<seen> trace;
  drain(wire, epoch + 5s, trace);
  wire.offer(epoch + 5s, proto::bytes(1000), 1);
  drain(wire, epoch + 6s, trace);
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_EQ(trace[1].at, epoch + 5s + 1ms);
}

TEST(Bottleneck, DropsTheTailAboveItsPackets) {
  link wire = filled(at_rate({.bits_per_second = thousand_a_millisecond, .queue_packets = 25}), 100);
  EXPECT_EQ(wire.held_packets(), 26U);  // one of them on the wire
  EXPECT_EQ(wire.statistics().queue_dropped, 74U);
  std::vector<seen> trace;
  drain(wire, epoch + 1s, trace);
  EXPECT_EQ(trace.back().tag, 25U) << "the first ones are kept";
}

TEST(Bottleneck, DropsTheTailAboveItsBytes) {
  const rate_limit rate{.bits_per_second = thousand_a_millisecond, .queue_packets = 0, .queue_bytes = 5'500};
  EXPECT_EQ(filled(at_rate(rate), 100).held_packets(), 6U);
}

TEST(Bottleneck, DropsTheTailAboveItsTime) {
  const rate_limit rate{
      .bits_per_second = thousand_a_millisecond, .queue_packets = 0, .queue_bytes = 0, .queue_time = 20ms};
  EXPECT_EQ(filled(at_rate(rate), 100).held_packets(), 21U);
}

TEST(Bottleneck, ASaturatedLinkDeliversItsRate) {
  auto config = at_rate({.bits_per_second = 10'000'000, .queue_packets = 25});
  config.header_bytes = 28;
  link wire{config, 1, epoch};
  // Offered: 10,000 packets of 1200 octets in one second, nearly ten times the rate.
  const auto trace = run(wire, {.packets = 10'000, .interval = 100us, .size = 1172});
  EXPECT_NEAR(static_cast<double>(trace.size()), 10'000'000.0 / (1200 * 8), 30);
  EXPECT_EQ(wire.statistics().queue_dropped, 10'000 - trace.size());
}

}  // namespace
}  // namespace tern::link_model

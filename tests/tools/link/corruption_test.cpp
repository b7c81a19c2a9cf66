#include "tools/link/model/corruption.hpp"

#include "tests/tools/link/traffic.hpp"

#include <bit>
#include <gtest/gtest.h>

namespace tern::link_model {
namespace {

TEST(Corruption, FlipsOneToTheAskedNumberOfBits) {
  proto::random source{21};
  std::vector<int> seen_counts(4);
  for (int i = 0; i < 3000; ++i) {
    proto::bytes octets(50);
    corrupt(octets, {.probability = 1, .unit = corruption_unit::bits, .damage_max = 3}, source);
    int flipped = 0;
    for (const std::uint8_t octet : octets) flipped += std::popcount(octet);
    ASSERT_GE(flipped, 1);
    ASSERT_LE(flipped, 3);
    ++seen_counts[static_cast<std::size_t>(flipped)];
  }
  for (int count = 1; count <= 3; ++count) EXPECT_GT(seen_counts[static_cast<std::size_t>(count)], 800);
}

TEST(Corruption, ReplacesARunOfOctets) {
  proto::random source{22};
  for (int i = 0; i < 1000; ++i) {
    proto::bytes octets(20);
    corrupt(octets, {.probability = 1, .unit = corruption_unit::octets, .damage_max = 4}, source);
    const auto is_changed = [](std::uint8_t octet) { return octet != 0; };
    const auto first = std::find_if(octets.begin(), octets.end(), is_changed);
    const auto behind = std::find_if_not(first, octets.end(), is_changed);
    ASSERT_GE(behind - first, 1);
    ASSERT_LE(behind - first, 4);
    ASSERT_EQ(std::find_if(behind, octets.end(), is_changed), octets.end());
  }
}

TEST(Corruption, CopesWithTinyPackets) {
  proto::random source{23};
  proto::bytes nothing;
  corrupt(nothing, {.probability = 1}, source);
  EXPECT_TRUE(nothing.empty());
  for (int i = 0; i < 100; ++i) {
    proto::bytes one{0};
    corrupt(one, {.probability = 1, .unit = corruption_unit::octets, .damage_max = 9}, source);
    EXPECT_NE(one[0], 0);
  }
}

TEST(Link, CorruptsItsShareAndKeepsSizes) {
  impairments config;
  config.corrupt.probability = 0.3;
  link wire{config, 4, epoch};
  const auto trace = run(wire, {.packets = 20'000});
  const proto::bytes intact(100, 0xa5);
  std::uint64_t damaged = 0;
  for (const seen& one : trace) {
    ASSERT_EQ(one.octets.size(), 100U);
    damaged += one.octets != intact ? 1U : 0U;
  }
  EXPECT_EQ(damaged, wire.statistics().corrupted);
  EXPECT_NEAR(static_cast<double>(damaged), 6'000, 300);
}

}  // namespace
}  // namespace tern::link_model

#include "proto/packet/packet_number.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tern::proto {
namespace {

constexpr std::uint64_t window = std::uint64_t{1} << 32;

packet_number expanded(std::uint64_t expected, std::uint64_t sent) {
  return expand_packet_number(packet_number{expected}, truncate_packet_number(packet_number{sent}));
}

TEST(PacketNumber, SmallNumbersStayThemselves) {
  EXPECT_EQ(expanded(1, 1).value, 1U);
  EXPECT_EQ(expanded(1, 2).value, 2U);
  EXPECT_EQ(expanded(1'000, 1).value, 1U);
  EXPECT_EQ(expanded(0, 0xffff'ffffU).value, 0xffff'ffffU) << "there is nothing below zero";
}

TEST(PacketNumber, CrossesTheWrapInBothDirections) {
  EXPECT_EQ(expanded(window - 1, window).value, window);
  EXPECT_EQ(expanded(window + 5, window - 3).value, window - 3);
}

RC_GTEST_PROP(PacketNumber, AnythingNearTheExpectedComesBack, ()) {
  const std::uint64_t expected = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 61);
  const std::uint64_t offset = *rc::gen::inRange<std::uint64_t>(0, window - 1);
  const std::uint64_t lowest = expected < window / 2 ? 0 : expected - window / 2 + 1;
  RC_ASSERT(expanded(expected, lowest + offset).value == lowest + offset);
}

}  // namespace
}  // namespace tern::proto

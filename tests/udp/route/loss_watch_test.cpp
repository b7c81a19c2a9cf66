#include "udp/route/loss_watch.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tern::udp {
namespace {

constexpr proto::time_point begin{1h};

// What it says in each of the seconds, at 10 packets a second of which `lost` are.
std::vector<bool> judge(int seconds, std::uint64_t lost, std::uint64_t packets = 10) {
  loss_watch watch;
  watch.begin(begin);
  proto::connection_statistics seen;
  std::vector<bool> said;
  for (int i = 1; i <= seconds; ++i) {
    seen.packets_sent += packets;
    seen.packets_lost += lost;
    EXPECT_EQ(watch.next_deadline(), begin + i * 1s);
    said.push_back(watch.look(begin + i * 1s, seen));
  }
  return said;
}

TEST(LossWatch, SaysSoAfterTenSeconds) {
  const auto said = judge(12, 5);
  for (std::size_t i = 0; i < said.size(); ++i) EXPECT_EQ(said[i], i >= 10) << i;
}

TEST(LossWatch, HighLossIsNotTooMuch) {
  for (const bool said : judge(60, 4)) EXPECT_FALSE(said);
}

TEST(LossWatch, FewPacketsTellNothing) {
  for (const bool said : judge(60, 1, 1)) EXPECT_FALSE(said);
}

TEST(LossWatch, WhatTurnedOutToHaveArrivedIsNotLost) {
  loss_watch watch;
  watch.begin(begin);
  proto::connection_statistics seen;
  for (int i = 1; i <= 20; ++i) {
    seen.packets_sent += 10;
    seen.packets_lost += 6;
    seen.packets_spuriously_lost += 3;
    EXPECT_FALSE(watch.look(begin + i * 1s, seen));
  }
}

TEST(LossWatch, OldLossIsForgotten) {
  loss_watch watch;
  watch.begin(begin);
  proto::connection_statistics seen;
  for (int i = 1; i <= 40; ++i) {
    seen.packets_sent += 10;
    seen.packets_lost += i <= 8 ? 9 : 0;
    const bool said = watch.look(begin + i * 1s, seen);
    EXPECT_FALSE(said && i > 20) << i;
  }
}

}  // namespace
}  // namespace tern::udp

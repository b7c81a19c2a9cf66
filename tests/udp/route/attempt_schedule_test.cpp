#include "udp/route/attempt_schedule.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tern::udp {
namespace {

using proto::address;
using start = attempt_schedule::start;

constexpr proto::time_point begin{1h};
const address v4 = address::v4(10, 0, 0, 1, 7777);
const address other_v4 = address::v4(10, 0, 0, 2, 7777);

address v6(std::uint8_t last) {
  address result;
  result.ip = {0x20, 0x01, 0x0d, 0xb8};
  result.ip[15] = last;
  result.port = 7777;
  return result;
}

struct step {
  std::chrono::milliseconds at;
  attempt what;
  bool operator==(const step&) const = default;
};

std::ostream& operator<<(std::ostream& out, const step& each) {
  return out << each.at.count() << " ms " << to_string(each.what.by) << " " << each.what.remote.to_string();
}

std::vector<step> all_of(attempt_schedule schedule) {
  std::vector<step> result;
  while (const auto at = schedule.next_deadline()) {
    EXPECT_FALSE(schedule.take_due(*at - 1ns));
    result.push_back({std::chrono::duration_cast<std::chrono::milliseconds>(*at - begin), *schedule.take_due(*at)});
  }
  return result;
}

TEST(AttemptSchedule, RacesFamiliesAndTransports) {
  const attempt_schedule schedule{{v6(1), v4}, transport_choice::automatic, start::udp_first, begin};
  const std::vector<step> expected{{0ms, {v6(1), transport::udp}},
                                   {50ms, {v4, transport::udp}},
                                   {200ms, {v6(1), transport::tcp}},
                                   {250ms, {v4, transport::tcp}}};
  EXPECT_EQ(all_of(schedule), expected);
}

TEST(AttemptSchedule, FamiliesTakeTurns) {
  const attempt_schedule schedule{{v6(1), v6(2), v4, other_v4}, transport_choice::udp, start::udp_first, begin};
  const std::vector<step> expected{{0ms, {v6(1), transport::udp}},
                                   {50ms, {v4, transport::udp}},
                                   {300ms, {v6(2), transport::udp}},
                                   {550ms, {other_v4, transport::udp}}};
  EXPECT_EQ(all_of(schedule), expected);
}

TEST(AttemptSchedule, OneFamilyHasNoSecondAtOnce) {
  const attempt_schedule schedule{{v4, other_v4}, transport_choice::tcp, start::udp_first, begin};
  const std::vector<step> expected{{0ms, {v4, transport::tcp}}, {250ms, {other_v4, transport::tcp}}};
  EXPECT_EQ(all_of(schedule), expected) << "nothing to wait for where there is no UDP";
}

TEST(AttemptSchedule, TcpStartsAtOnceWhereUdpHasFailed) {
  const attempt_schedule schedule{{v4}, transport_choice::automatic, start::together, begin};
  const std::vector<step> expected{{0ms, {v4, transport::udp}}, {0ms, {v4, transport::tcp}}};
  EXPECT_EQ(all_of(schedule), expected);
}

TEST(AttemptSchedule, AFailureBringsTheRestForward) {
  attempt_schedule schedule{{v6(1), v4}, transport_choice::automatic, start::udp_first, begin};
  ASSERT_TRUE(schedule.take_due(begin));
  schedule.hurry(begin + 10ms);
  const std::vector<step> expected{
      {10ms, {v4, transport::udp}}, {160ms, {v6(1), transport::tcp}}, {210ms, {v4, transport::tcp}}};
  EXPECT_EQ(all_of(schedule), expected);
}

TEST(AttemptSchedule, CanBeHeld) {
  attempt_schedule schedule{{v4}, transport_choice::automatic, start::udp_first, begin};
  ASSERT_TRUE(schedule.take_due(begin));
  schedule.hold(begin + 500ms);
  schedule.hold(begin + 100ms);
  EXPECT_EQ(schedule.next_deadline(), begin + 500ms);
}

TEST(AttemptSchedule, ForgetsAnAddressByEveryTransport) {
  attempt_schedule schedule{{v6(1), v4}, transport_choice::automatic, start::udp_first, begin};
  schedule.forget(v6(1));
  const std::vector<step> expected{{50ms, {v4, transport::udp}}, {250ms, {v4, transport::tcp}}};
  EXPECT_EQ(all_of(schedule), expected);
}

TEST(AttemptSchedule, ANameWithManyAddressesIsNoFlood) {
  std::vector<address> many;
  for (int i = 0; i < 100; ++i) many.push_back(v6(static_cast<std::uint8_t>(i)));
  const attempt_schedule schedule{many, transport_choice::udp, start::udp_first, begin};
  EXPECT_EQ(all_of(schedule).size(), attempt_schedule::addresses_max);
}

}  // namespace
}  // namespace tern::udp

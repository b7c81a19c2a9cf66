#include "tests/tools/link/traffic.hpp"

#include <gtest/gtest.h>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

packet of_other_protocol(std::uint64_t tag) { return {.octets = proto::bytes(100), .tag = tag, .is_udp = false}; }

TEST(Link, BlocksUdpAndNothingElse) {
  impairments config;
  config.udp_blocked = {{.begin = 0s, .length = duration::max(), .period = {}}};
  link wire{config, 1, epoch};
  wire.offer(epoch + 1s, packet{.octets = proto::bytes(100), .tag = 1});
  wire.offer(epoch + 1s, of_other_protocol(2));
  std::vector<seen> trace;
  drain(wire, epoch + 2s, trace);
  ASSERT_EQ(trace.size(), 1U);
  EXPECT_EQ(trace[0].tag, 2U);
  EXPECT_EQ(wire.statistics().udp_blocked, 1U);
  EXPECT_EQ(wire.statistics().dropped(), 1U);
}

TEST(Link, BlocksUdpAtTheEntranceAndLetsWhatIsUnderWayArrive) {
  impairments config;
  config.delay = 100ms;
  config.udp_blocked = {{.begin = 10ms, .length = 20ms, .period = {}}};
  link wire{config, 1, epoch};
  const auto trace = run(wire, {.packets = 50});
  EXPECT_EQ(trace.size(), 30U);
  EXPECT_EQ(wire.statistics().udp_blocked, 20U);
}

TEST(Link, BlockedUdpUsesNoShareOfTheRate) {
  impairments config;
  config.rate.bits_per_second = 8000;  // 100 octets in 100 ms
  link wire{config, 1, epoch};
  wire.set_udp_blocked(epoch, true);
  wire.offer(epoch, proto::bytes(100), 1);
  wire.set_udp_blocked(epoch, false);
  wire.offer(epoch, proto::bytes(100), 2);
  std::vector<seen> trace;
  drain(wire, epoch + 1s, trace);
  ASSERT_EQ(trace.size(), 1U);
  EXPECT_EQ(trace[0].at, epoch + 100ms);
}

}  // namespace
}  // namespace tern::link_model

#include "udp/network.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

TEST(Network, LoopbackIsNamedByInterfaceAndPrefix) {
  EXPECT_EQ(network_towards(proto::address::v4(127, 1, 2, 3, 7777)), "lo 127.0.0.0/8");
}

TEST(Network, LoopbackOfIPv6) {
  proto::address loopback;
  loopback.ip[15] = 1;
  loopback.port = 7777;
  const auto network = network_towards(loopback);
  if (!network) GTEST_SKIP() << "this machine has no IPv6";
  EXPECT_EQ(*network, "lo [::1]/128");
}

}  // namespace
}  // namespace tern::udp

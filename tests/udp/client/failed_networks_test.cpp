#include "udp/client/failed_networks.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace tern::udp {
namespace {

constexpr proto::wall_time noon{1'800'000'000s};

TEST(FailedNetworks, HoldForAnHour) {
  failed_networks failed;
  EXPECT_FALSE(failed.contains("eth0 10.0.0.0/24", noon));
  EXPECT_TRUE(failed.note("eth0 10.0.0.0/24", false, noon));
  EXPECT_TRUE(failed.contains("eth0 10.0.0.0/24", noon + 59min));
  EXPECT_FALSE(failed.contains("eth0 10.0.0.0/24", noon + 60min));
  EXPECT_FALSE(failed.contains("wlan0 10.0.0.0/24", noon));
}

TEST(FailedNetworks, ASuccessTakesItBack) {
  failed_networks failed;
  failed.note("eth0 10.0.0.0/24", false, noon);
  EXPECT_TRUE(failed.note("eth0 10.0.0.0/24", true, noon + 1min));
  EXPECT_FALSE(failed.contains("eth0 10.0.0.0/24", noon + 1min));
  EXPECT_FALSE(failed.note("eth0 10.0.0.0/24", true, noon + 2min)) << "nothing new";
}

TEST(FailedNetworks, AClockThatWentBackForgets) {
  failed_networks failed;
  failed.note("eth0 10.0.0.0/24", false, noon);
  EXPECT_FALSE(failed.contains("eth0 10.0.0.0/24", noon - 1s));
}

TEST(FailedNetworks, ComeBackFromTheirText) {
  failed_networks failed;
  failed.note("eth0 10.0.0.0/24", false, noon);
  failed.note("wlan0 [2001:db8::]/64", false, noon + 1s);
  EXPECT_EQ(failed.to_text(), "1800000000 eth0 10.0.0.0/24\n1800000001 wlan0 [2001:db8::]/64\n");
  const auto again = failed_networks::parse(failed.to_text());
  EXPECT_TRUE(again.contains("wlan0 [2001:db8::]/64", noon + 1s));
  EXPECT_EQ(again.to_text(), failed.to_text());
}

TEST(FailedNetworks, LinesThatSayNothingAreLeftOut) {
  for (const char* text : {"", "\n", "x y", "1800000000", "1800000000 ", "-5 eth0", "99999999999999999999 eth0",
                           "1800000000eth0", "9999999999999 eth0"})
    EXPECT_EQ(failed_networks::parse(text).to_text(), "") << text;
}

TEST(FailedNetworks, TheOldestGoesWhereThereAreTooMany) {
  failed_networks failed;
  for (std::size_t i = 0; i <= failed_networks::networks_max; ++i)
    failed.note("eth" + std::to_string(i), false, noon + i * 1s);
  EXPECT_FALSE(failed.contains("eth0", noon + 5min));
  EXPECT_TRUE(failed.contains("eth1", noon + 5min));
}

}  // namespace
}  // namespace tern::udp

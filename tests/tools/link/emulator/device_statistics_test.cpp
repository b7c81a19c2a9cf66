#include "tools/link/emulator/device_statistics.hpp"

#include <gtest/gtest.h>

namespace tern::link_emulator {
namespace {

constexpr std::string_view table =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
    "compressed\n"
    "    lo:     100       1    0    0    0     0          0         0      100       1    0    3    0     0       0   "
    "  "
    "     0\n"
    " tern0:    5100      51    1    2    3     4          5         6     7000      70    8   42    9    10      11   "
    "  "
    "    12\n";

TEST(DeviceStatistics, ReadsWhatWasDroppedOnItsWayOut) {
  EXPECT_EQ(transmit_drops_in(table, "tern0"), 42U);
  EXPECT_EQ(transmit_drops_in(table, "lo"), 3U);
}

TEST(DeviceStatistics, KnowsNothingOfADeviceThatIsNotThere) {
  EXPECT_EQ(transmit_drops_in(table, "eth0"), 0U);
  EXPECT_EQ(transmit_drops_in("", "tern0"), 0U);
  EXPECT_EQ(transmit_drops_in("tern0: 1 2 3", "tern0"), 0U);
}

}  // namespace
}  // namespace tern::link_emulator

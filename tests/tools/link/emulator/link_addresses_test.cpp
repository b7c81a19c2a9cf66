#include "tools/link/emulator/link_addresses.hpp"

#include <gtest/gtest.h>

namespace tern::link_emulator {
namespace {

TEST(LinkAddresses, AreReadAsDocumented) {
  const link_addresses third{3};
  EXPECT_EQ(host_text(third.inner_v4()), "100.64.3.2");
  EXPECT_EQ(host_text(third.far_v4()), "100.64.3.1");
  EXPECT_EQ(host_text(third.inner_v6()), "fd74:6572:6e:3::2");
  EXPECT_EQ(host_text(third.far_v6()), "fd74:6572:6e:3::1");
}

TEST(LinkAddresses, OfDifferentLinksDiffer) {
  EXPECT_NE(link_addresses{1}.inner_v4(), link_addresses{2}.inner_v4());
  EXPECT_NE(link_addresses{1}.inner_v6(), link_addresses{2}.inner_v6());
}

}  // namespace
}  // namespace tern::link_emulator

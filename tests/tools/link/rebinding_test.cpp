#include "tools/link/model/rebinding.hpp"

#include "tests/tools/link/traffic.hpp"

#include <gtest/gtest.h>

namespace tern::link_model {
namespace {

using namespace std::chrono_literals;

TEST(NatMapping, StaysWithoutASchedule) {
  const nat_mapping nat{{}, epoch};
  EXPECT_EQ(nat.epoch(epoch + 24h), mapping_epoch{});
}

TEST(NatMapping, MovesThePortOnSchedule) {
  const nat_mapping nat{{.port_every = 1s, .address_every = {}}, epoch + 10s};
  EXPECT_EQ(nat.epoch(epoch + 11s - 1ns), (mapping_epoch{0, 0}));
  EXPECT_EQ(nat.epoch(epoch + 11s), (mapping_epoch{1, 0}));
  EXPECT_EQ(nat.epoch(epoch + 20s), (mapping_epoch{10, 0}));
}

TEST(NatMapping, ANewAddressBringsANewPort) {
  const nat_mapping nat{{.port_every = {}, .address_every = 5s}, epoch};
  EXPECT_EQ(nat.epoch(epoch + 5s), (mapping_epoch{1, 1}));
}

TEST(NatMapping, CanMoveThePortJustOnce) {
  const nat_mapping nat{{.port_every = {}, .address_every = {}, .port_after = 3s}, epoch};
  EXPECT_EQ(nat.epoch(epoch + 3s - 1ns), (mapping_epoch{0, 0}));
  EXPECT_EQ(nat.epoch(epoch + 3s), (mapping_epoch{1, 0}));
  EXPECT_EQ(nat.epoch(epoch + 24h), (mapping_epoch{1, 0}));
}

TEST(NatMapping, CanBeForced) {
  nat_mapping nat{{}, epoch};
  nat.rebind_port();
  EXPECT_EQ(nat.epoch(epoch), (mapping_epoch{1, 0}));
  nat.rebind_address();
  EXPECT_EQ(nat.epoch(epoch), (mapping_epoch{2, 1}));
}

}  // namespace
}  // namespace tern::link_model

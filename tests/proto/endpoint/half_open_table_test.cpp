#include "proto/endpoint/half_open_table.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

struct HalfOpenTable : testing::Test {
  connection_handle add(const address& from, time_point now) {
    const connection_handle handle{++issued};
    initial_key key;
    key.ephemeral[0] = static_cast<std::uint8_t>(issued);
    table.add(key, from, handle, now);
    return handle;
  }

  test::seeded_entropy source{1};
  std::uint64_t issued = 0;
  handshake_admission_limits limits{.half_open_max = 8, .half_open_prefix_max = 2};
  half_open_table table{limits, keyed_hash::draw(source)};
  const address crowded = address::v4(192, 0, 2, 1, 1000);
  const address other = address::v4(198, 51, 100, 7, 1000);
};

TEST_F(HalfOpenTable, AFullPrefixNamesItsOwnOldestNotANeighbours) {
  const connection_handle innocent = add(other, time_point{1s});
  const connection_handle first = add(crowded, time_point{2s});
  add(crowded, time_point{3s});
  EXPECT_TRUE(table.is_prefix_full(crowded));
  EXPECT_FALSE(table.is_full());
  EXPECT_EQ(table.oldest(), innocent);
  EXPECT_EQ(table.oldest_of(crowded), first);
}

TEST_F(HalfOpenTable, AConfirmedHandshakeMakesRoomInItsPrefixAndIsStillRecognised) {
  const connection_handle first = add(crowded, time_point{1s});
  add(crowded, time_point{2s});
  table.confirm(first);
  EXPECT_FALSE(table.is_prefix_full(crowded));
  initial_key key;
  key.ephemeral[0] = 1;
  EXPECT_EQ(table.find(key), first);
}

}  // namespace
}  // namespace tern::proto

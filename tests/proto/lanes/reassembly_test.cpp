#include "proto/lanes/reassembly.hpp"

#include "proto/lanes/reassembly_budget.hpp"
#include "proto/random.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

TEST(Reassembly, PutsOverlappingFragmentsInAnyOrderTogether) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    random source{seed};
    bytes whole(1 + source.below(2000));
    for (auto& octet : whole) octet = static_cast<std::uint8_t>(source.below(256));
    reassembly parts{whole.size()};
    std::vector<bool> have(whole.size());
    int fragments = 0;
    while (!parts.is_complete()) {
      ASSERT_LT(++fragments, 100'000) << "seed " << seed;
      const std::uint64_t offset = source.below(whole.size());
      const std::uint64_t length = 1 + source.below(std::min<std::uint64_t>(700, whole.size() - offset));
      std::uint64_t fresh = 0;
      for (std::uint64_t i = offset; i < offset + length; ++i) {
        fresh += have[i] ? 0U : 1U;
        have[i] = true;
      }
      ASSERT_EQ(parts.would_add(offset, length), fresh) << "seed " << seed;
      parts.add(offset, byte_view{whole}.subspan(offset, length));
    }
    ASSERT_EQ(parts.take(), whole) << "seed " << seed;
  }
}

TEST(Reassembly, TheFirstCopyOfAByteCounts) {
  reassembly parts{4};
  parts.add(0, bytes{1, 1});
  parts.add(0, bytes{2, 2, 2, 2});
  ASSERT_TRUE(parts.is_complete());
  EXPECT_EQ(parts.take(), (bytes{1, 1, 2, 2}));
}

TEST(ReassemblyBudget, BoundsConnectionPrefixAndTotal) {
  test::seeded_entropy source{1};
  limits bounds;
  bounds.reassembly_bytes_connection_max = 100;
  bounds.reassembly_bytes_prefix_max = 150;
  bounds.reassembly_bytes_total_max = 200;
  reassembly_budget budget{bounds, keyed_hash::draw(source)};
  reassembly_budget::account one{budget, address::v4(10, 0, 0, 1, 1)};
  reassembly_budget::account neighbour{budget, address::v4(10, 0, 0, 1, 2)};
  reassembly_budget::account other{budget, address::v4(10, 0, 0, 2, 1)};
  EXPECT_FALSE(one.has_room(101));
  one.take(100);
  EXPECT_FALSE(neighbour.has_room(51)) << "the address has 150";
  neighbour.take(50);
  EXPECT_TRUE(other.has_room(50));
  EXPECT_FALSE(other.has_room(51)) << "200 in all";
  one.give_back(100);
  EXPECT_TRUE(neighbour.has_room(50));
  EXPECT_EQ(budget.in_use(), 50U);
}

TEST(ReassemblyBudget, AnAccountThatGoesGivesEverythingBack) {
  test::seeded_entropy source{1};
  reassembly_budget budget{limits{}, keyed_hash::draw(source)};
  {
    reassembly_budget::account gone{budget, address::v4(10, 0, 0, 1, 1)};
    gone.take(1000);
    EXPECT_EQ(budget.in_use(), 1000U);
  }
  EXPECT_EQ(budget.in_use(), 0U);
}

}  // namespace
}  // namespace tern::proto

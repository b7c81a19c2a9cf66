#include "proto/seal/issued_ids.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>
#include <set>

namespace tern::proto {
namespace {

struct IssuedIds : testing::Test {
  test::seeded_entropy source{3};
  secret<32> stored = secret<32>::draw(source);
  issued_ids ids{stored, 0};
};

TEST_F(IssuedIds, AreKnownAgainAfterARestart) {
  const issued_ids later{stored, 0};
  for (int i = 0; i < 1000; ++i) {
    const connection_id id = ids.draw(source);
    EXPECT_TRUE(later.is_ours(id));
    EXPECT_EQ(later.reset_token_of(id), ids.reset_token_of(id));
  }
}

TEST_F(IssuedIds, CarryTheirShardWhichAnswersAlone) {
  const issued_ids other{stored, 7};
  const connection_id id = other.draw(source);
  EXPECT_EQ(id.octets[0], 7);
  EXPECT_TRUE(other.is_ours(id));
  EXPECT_FALSE(ids.is_ours(id));
}

TEST_F(IssuedIds, OfAnotherSecretOrMadeUpAreForeign) {
  const issued_ids other{secret<32>::draw(source), 0};
  EXPECT_FALSE(ids.is_ours(other.draw(source)));
  connection_id changed = ids.draw(source);
  for (std::size_t i = 0; i < changed.octets.size(); ++i) {
    changed.octets[i] ^= 1U;
    EXPECT_FALSE(ids.is_ours(changed)) << i;
    changed.octets[i] ^= 1U;
  }
  EXPECT_FALSE(ids.is_ours(connection_id{}));
}

TEST_F(IssuedIds, HaveATokenEach) {
  std::set<issued_ids::reset_token> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(ids.reset_token_of(ids.draw(source)));
  EXPECT_EQ(tokens.size(), 100U);
}

}  // namespace
}  // namespace tern::proto

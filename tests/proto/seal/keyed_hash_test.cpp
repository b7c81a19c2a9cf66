#include "proto/seal/keyed_hash.hpp"

#include "tests/proto/seal/hex.hpp"

#include <gtest/gtest.h>
#include <unordered_map>

namespace tern::proto {
namespace {

const keyed_hash::key_type reference_key = test::array_from_hex<16>("000102030405060708090a0b0c0d0e0f");

// Appendix A of the SipHash paper: bytes 0 to 14 under that key give a129ca6149be45e5.
TEST(KeyedHash, IsSipHash24) {
  bytes data;
  for (std::uint8_t i = 0; i < 15; ++i) data.push_back(i);
  std::uint64_t expected = 0xa129ca6149be45e5U;
  EXPECT_EQ(keyed_hash{reference_key}(data), expected);
}

TEST(KeyedHash, DependsOnTheKeyAndOnEveryPartOfAnAddress) {
  const keyed_hash hash{reference_key};
  const auto base = address::v4(10, 0, 0, 1, 5);
  auto other_port = base;
  other_port.port = 6;
  auto other_scope = base;
  other_scope.scope = 1;
  EXPECT_NE(hash(base), hash(other_port));
  EXPECT_NE(hash(base), hash(other_scope));
  EXPECT_NE(hash(base), hash(address::v4(10, 0, 0, 2, 5)));
  EXPECT_NE(hash(base), keyed_hash{keyed_hash::key_type{}}(base));
}

TEST(KeyedHash, ServesAsTheHashOfATable) {
  std::unordered_map<connection_id, int, keyed_hash> table{8, keyed_hash{reference_key}};
  table[connection_id{{1, 2, 3}}] = 7;
  EXPECT_EQ(table.at(connection_id{{1, 2, 3}}), 7);
  EXPECT_FALSE(table.contains(connection_id{{1, 2, 4}}));
}

}  // namespace
}  // namespace tern::proto

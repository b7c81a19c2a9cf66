#include "proto/seal/keys.hpp"

#include "tests/proto/seal/hex.hpp"
#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>
#include <type_traits>

namespace tern::proto {
namespace {

// RFC 7748 section 6.1.
TEST(X25519, AgreesWithRfc7748) {
  const x25519_keypair alice{
      secret_key{test::array_from_hex<32>("77076d0a7318a57d3c16c17251b26645df4df35c1d6d3a2d4f2e8a3d5fca0f29")}};
  const x25519_keypair bob{
      secret_key{test::array_from_hex<32>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")}};
  const auto shared = x25519(alice.secret_part(), bob.public_part());
  ASSERT_TRUE(shared);
  EXPECT_TRUE(*shared == *x25519(bob.secret_part(), alice.public_part()));
}

TEST(X25519, EveryPointOfLowOrderIsRejected) {
  test::seeded_entropy source{1};
  const auto own = x25519_keypair::draw(source);
  for (const std::string_view point : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
       }) {
    const public_key peer{test::array_from_hex<32>(point)};
    EXPECT_FALSE(x25519(own.secret_part(), peer)) << point;
  }
}

TEST(Secret, MovesAndDoesNotCopy) {
  static_assert(!std::is_copy_constructible_v<secret_key>);
  static_assert(!std::is_copy_assignable_v<secret_key>);
  static_assert(std::is_nothrow_move_constructible_v<secret_key>);
}

TEST(Secret, NothingIsLeftBehindByAMove) {
  test::seeded_entropy source{1};
  auto first = secret_key::draw(source);
  const auto copy = first.clone();
  auto second = std::move(first);
  EXPECT_TRUE(first == secret_key{});  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_TRUE(second == copy);
  first = std::move(second);
  EXPECT_TRUE(second == secret_key{});  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(first == copy);
}

TEST(ConstantTime, ComparesSizeAndContent) {
  EXPECT_TRUE(equal_in_constant_time(as_bytes("same"), as_bytes("same")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("same"), as_bytes("samf")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("same"), as_bytes("sam")));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
}

}  // namespace
}  // namespace tern::proto

#include "proto/seal/retry_token.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct issued_token {
  test::seeded_entropy source{11};
  time_point start{seconds{1000}};
  retry_tokens tokens{start, secret<32>::draw(source)};
  address client = address::v4(192, 0, 2, 1, 4000);
  retry_tokens::token token = tokens.make(start, client);
};

TEST(RetryToken, IsGoodForItsLifeAndNotLonger) {
  const issued_token it;
  EXPECT_TRUE(it.tokens.verify(it.start, it.client, it.token));
  EXPECT_TRUE(it.tokens.verify(it.start + seconds{15}, it.client, it.token));
  EXPECT_FALSE(it.tokens.verify(it.start + seconds{15} + milliseconds{1}, it.client, it.token));
}

TEST(RetryToken, FromTheFutureIsNoToken) {
  const issued_token it;
  EXPECT_FALSE(it.tokens.verify(it.start - milliseconds{1}, it.client, it.token));
}

TEST(RetryToken, IsBoundToAddressAndPort) {
  const issued_token it;
  EXPECT_FALSE(it.tokens.verify(it.start, address::v4(192, 0, 2, 2, 4000), it.token));
  EXPECT_FALSE(it.tokens.verify(it.start, address::v4(192, 0, 2, 1, 4001), it.token));
}

TEST(RetryToken, SurvivesOneRotationOfTheSecretAndNotTwo) {
  issued_token it;
  it.tokens.rotate(it.start + seconds{1}, secret<32>::draw(it.source));
  EXPECT_TRUE(it.tokens.verify(it.start + seconds{2}, it.client, it.token));
  it.tokens.rotate(it.start + seconds{2}, secret<32>::draw(it.source));
  EXPECT_FALSE(it.tokens.verify(it.start + seconds{3}, it.client, it.token));
}

TEST(RetryToken, RotationIsDueEveryTwoMinutes) {
  issued_token it;
  EXPECT_EQ(it.tokens.rotation_due(), it.start + std::chrono::minutes{2});
  it.tokens.rotate(it.start + seconds{130}, secret<32>::draw(it.source));
  EXPECT_EQ(it.tokens.rotation_due(), it.start + seconds{250});
}

TEST(RetryToken, EveryFlippedBitIsNoToken) {
  const issued_token it;
  for (std::size_t bit = 0; bit < it.token.size() * 8; ++bit) {
    auto damaged = it.token;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(it.tokens.verify(it.start + seconds{1}, it.client, damaged)) << "bit " << bit;
  }
}

TEST(RetryToken, EveryOtherSizeIsNoToken) {
  const issued_token it;
  bytes longer(it.token.begin(), it.token.end());
  longer.push_back(0);
  EXPECT_FALSE(it.tokens.verify(it.start, it.client, longer));
  for (std::size_t size = 0; size < it.token.size(); ++size) {
    EXPECT_FALSE(it.tokens.verify(it.start, it.client, byte_view{it.token}.first(size)));
  }
}

TEST(RetryToken, AnotherRelaysTokenIsNoToken) {
  issued_token it;
  const retry_tokens other{it.start, secret<32>::draw(it.source)};
  EXPECT_FALSE(other.verify(it.start, it.client, it.token));
}

TEST(RetryToken, AllZeroSecretBeforeTheFirstRotationIsNotAccepted) {
  issued_token it;
  const retry_tokens zero{it.start, secret<32>{}};
  EXPECT_FALSE(it.tokens.verify(it.start, it.client, zero.make(it.start, it.client)));
}

}  // namespace
}  // namespace tern::proto

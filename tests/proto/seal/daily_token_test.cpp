#include "proto/seal/daily_token.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

struct DailyToken : testing::Test {
  static constexpr duration wall_ahead = 24h * 365 * 50;
  test::seeded_entropy source{12};
  secret<32> stored = secret<32>::draw(source);
  daily_tokens tokens{stored, wall_ahead};
  time_point start{1000h};
  address client = address::v4(192, 0, 2, 1, 4000);
  daily_tokens::token token = tokens.make(start, client);
};

TEST_F(DailyToken, IsGoodForADayAndNotLonger) {
  EXPECT_TRUE(tokens.verify(start, client, token));
  EXPECT_TRUE(tokens.verify(start + 24h, client, token));
  EXPECT_FALSE(tokens.verify(start + 24h + 1min, client, token));
}

TEST_F(DailyToken, FromTheFutureIsNoToken) { EXPECT_FALSE(tokens.verify(start - 1min, client, token)); }

TEST_F(DailyToken, IsBoundToTheAddressAndNotToThePort) {
  EXPECT_TRUE(tokens.verify(start, address::v4(192, 0, 2, 1, 4001), token));
  EXPECT_FALSE(tokens.verify(start, address::v4(192, 0, 2, 2, 4000), token));
}

TEST_F(DailyToken, OutlivesTheProcessThatGaveIt) {
  const daily_tokens later{stored, wall_ahead + 999h};  // another time since boot, the same time of day
  EXPECT_TRUE(later.verify(start - 999h + 1h, client, token));
  const daily_tokens another{secret<32>::draw(source), wall_ahead};
  EXPECT_FALSE(another.verify(start, client, token));
}

TEST_F(DailyToken, EveryDayHasItsOwnKey) {
  // The minute of another day over the same MAC.
  daily_tokens::token moved = token;
  const auto tomorrow = tokens.make(start + 24h, client);
  std::copy_n(tomorrow.begin(), 5, moved.begin());
  EXPECT_FALSE(tokens.verify(start + 24h, client, moved));
}

TEST_F(DailyToken, ThatIsDamagedIsNoToken) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    daily_tokens::token damaged = token;
    damaged[i] ^= 0x10U;
    EXPECT_FALSE(tokens.verify(start, client, damaged)) << i;
  }
  EXPECT_FALSE(tokens.verify(start, client, {}));
  EXPECT_FALSE(tokens.verify(start, client, byte_view{token}.first(20)));
}

}  // namespace
}  // namespace tern::proto

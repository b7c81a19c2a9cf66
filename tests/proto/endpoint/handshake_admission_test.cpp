#include "proto/endpoint/handshake_admission.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;
using verdict = handshake_admission::verdict;

constexpr handshake_admission_limits tight{.retry_rate = 20, .prefix_rate = 5, .drop_rate = 40, .prefixes_max = 3};

struct HandshakeAdmission : testing::Test {
  verdict judge(std::uint8_t network, token_standing token = token_standing::none) {
    return admission.judge(now, address::v4(192, 0, network, 1, 1000), token);
  }
  test::seeded_entropy source{1};
  handshake_admission admission{tight, keyed_hash::draw(source)};
  time_point now{1h};
};

TEST_F(HandshakeAdmission, AQuietRelayAsksForNoToken) {
  for (std::uint8_t network = 0; network < 4; ++network) EXPECT_EQ(judge(network), verdict::admit);
}

TEST_F(HandshakeAdmission, ABusyPrefixPaysARoundTripAndNobodyElseDoes) {
  for (int i = 0; i < 5; ++i) ASSERT_EQ(judge(1), verdict::admit);
  EXPECT_EQ(judge(1), verdict::retry);
  EXPECT_EQ(judge(2), verdict::admit);
  EXPECT_EQ(judge(1, token_standing::fresh), verdict::admit) << "a token shows that the address is its own";
}

TEST_F(HandshakeAdmission, ABusyRelayAsksEverybodyForAToken) {
  for (std::uint8_t i = 0; i < 20; ++i) judge(i);
  EXPECT_EQ(judge(200), verdict::retry);
  EXPECT_EQ(judge(200, token_standing::fresh), verdict::admit);
}

TEST_F(HandshakeAdmission, BeyondTheHardLimitEvenATokenDoesNotHelpUntilTimePasses) {
  for (std::uint8_t i = 0; i < 40; ++i) judge(i, token_standing::fresh);
  EXPECT_EQ(judge(250, token_standing::fresh), verdict::drop);
  now += 1s;
  EXPECT_EQ(judge(250), verdict::admit);
}

TEST_F(HandshakeAdmission, AForgedFloodDropsNobodyWhoHasAToken) {
  for (int i = 0; i < 1000; ++i) judge(static_cast<std::uint8_t>(i));
  EXPECT_EQ(judge(250), verdict::drop);
  EXPECT_EQ(judge(250, token_standing::fresh), verdict::admit);
}

TEST_F(HandshakeAdmission, ATokenOfTodaySparesTheRoundTripUpToALimitOfItsOwn) {
  for (std::uint8_t i = 0; i < 20; ++i) judge(i);
  for (std::uint8_t i = 0; i < 40; ++i) ASSERT_EQ(judge(200, token_standing::daily), verdict::admit);
  EXPECT_EQ(judge(200, token_standing::daily), verdict::retry) << "it may have been recorded";
  EXPECT_EQ(judge(200, token_standing::fresh), verdict::admit);
}

TEST_F(HandshakeAdmission, RemembersOnlySoManyPrefixes) {
  for (std::uint8_t network = 0; network < 10; ++network) judge(network);
  EXPECT_EQ(admission.prefixes(), tight.prefixes_max);
}

}  // namespace
}  // namespace tern::proto

#include "udp/client/backoff.hpp"

#include "udp/client/address_walk.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesUpToItsMaximumWithJitterBelow) {
  backoff pauses{{milliseconds{100}, milliseconds{500}}, 7};
  for (const int step : {100, 200, 400, 500, 500}) {
    const auto pause = pauses.next();
    EXPECT_GE(pause, milliseconds{step} / 2);
    EXPECT_LE(pause, milliseconds{step});
  }
}

TEST(Backoff, BeginsAnewAfterSuccess) {
  backoff pauses{{milliseconds{100}, milliseconds{500}}, 7};
  pauses.next();
  pauses.next();
  pauses.reset();
  EXPECT_LE(pauses.next(), milliseconds{100});
}

TEST(Backoff, TwoClientsDoNotComeBackTogether) {
  backoff one{{}, 1};
  backoff two{{}, 2};
  EXPECT_NE(one.next(), two.next());
}

TEST(AddressWalk, GivesEachAddressOnceInOrder) {
  const auto first = proto::address::v4(10, 0, 0, 1, 1);
  const auto second = proto::address::v4(10, 0, 0, 2, 1);
  address_walk walk{{first, second}};
  EXPECT_EQ(walk.next(), first);
  EXPECT_FALSE(walk.is_last());
  EXPECT_EQ(walk.next(), second);
  EXPECT_TRUE(walk.is_last());
  EXPECT_FALSE(walk.next());
}

TEST(AddressWalk, RemembersWhyTheLastOneFailed) {
  address_walk walk;
  EXPECT_EQ(walk.last_error(), proto::errc::unreachable);
  walk.on_failure(std::make_error_code(std::errc::connection_refused));
  EXPECT_EQ(walk.last_error(), std::errc::connection_refused);
}

}  // namespace
}  // namespace tern::udp

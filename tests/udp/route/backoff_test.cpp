#include "udp/route/backoff.hpp"

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

}  // namespace
}  // namespace tern::udp

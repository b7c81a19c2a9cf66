#include "proto/recovery/pto_timer.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

TEST(PtoTimer, BacksOffGentlyFirstThenDoubles) {
  pto_timer timer;
  EXPECT_EQ(timer.interval(100ms), 100ms);
  for (const duration expected : {150ms, 225ms, 450ms, 900ms, 1800ms}) {
    timer.on_fired();
    EXPECT_EQ(timer.interval(100ms), expected);
  }
}

TEST(PtoTimer, BacksOffUpToTheCap) {
  pto_timer timer;
  for (int i = 0; i < 1000; ++i) timer.on_fired();
  EXPECT_EQ(timer.interval(100ms), 3s);
  EXPECT_EQ(timer.interval(5s), 5s) << "never earlier than the path allows";
}

TEST(PtoTimer, ProgressEndsTheBackOff) {
  pto_timer timer;
  timer.on_fired();
  timer.on_fired();
  timer.on_progress();
  EXPECT_EQ(timer.count(), 0U);
  EXPECT_EQ(timer.interval(100ms), 100ms);
}

}  // namespace
}  // namespace tern::proto

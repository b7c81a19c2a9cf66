#include "proto/seal/replay_window.hpp"

#include "proto/random.hpp"

#include <gtest/gtest.h>
#include <set>

namespace tern::proto {
namespace {

TEST(ReplayWindow, EachNumberIsAcceptedOnce) {
  replay_window window;
  for (const std::uint64_t number : {0U, 1U, 5U, 3U, 64U, 63U, 4096U}) {
    EXPECT_TRUE(window.may_accept(packet_number{number}));
    window.accept(packet_number{number});
    EXPECT_FALSE(window.may_accept(packet_number{number}));
  }
  EXPECT_TRUE(window.may_accept(packet_number{2}));
}

TEST(ReplayWindow, TheNewest4096AreRememberedExactly) {
  for (const std::uint64_t newest : {4096U, 4159U, 4160U, 100'000U}) {
    replay_window window;
    window.accept(packet_number{newest});
    EXPECT_TRUE(window.may_accept(packet_number{newest - replay_window::size + 1})) << newest;
    window.accept(packet_number{newest - replay_window::size + 1});
    EXPECT_FALSE(window.may_accept(packet_number{newest - replay_window::size + 1})) << newest;
  }
}

TEST(ReplayWindow, WhatIsBelowTheWindowIsRefused) {
  replay_window window;
  window.accept(packet_number{100'000});
  EXPECT_FALSE(window.may_accept(packet_number{100'000 - replay_window::size - 64}));
  EXPECT_FALSE(window.may_accept(packet_number{0}));
}

TEST(ReplayWindow, AskingMovesNothing) {
  replay_window window;
  window.accept(packet_number{10});
  EXPECT_TRUE(window.may_accept(packet_number{~std::uint64_t{0}}));
  EXPECT_TRUE(window.may_accept(packet_number{9}));
}

TEST(ReplayWindow, ALeapOverTheWholeRingForgetsWhatWasThere) {
  replay_window window;
  for (std::uint64_t number = 0; number < 5000; ++number) window.accept(packet_number{number});
  const std::uint64_t far = 5000 + 65 * 64 * 3;
  window.accept(packet_number{far});
  for (std::uint64_t back = 1; back < replay_window::size; ++back) {
    ASSERT_TRUE(window.may_accept(packet_number{far - back})) << back;
  }
}

TEST(ReplayWindow, TheLastNumbersThereAreWork) {
  replay_window window;
  const packet_number last{~std::uint64_t{0}};
  window.accept(last);
  EXPECT_FALSE(window.may_accept(last));
  EXPECT_TRUE(window.may_accept(packet_number{last.value - 1}));
}

TEST(ReplayWindow, AgreesWithASetOfEverythingEverAccepted) {
  constexpr std::uint64_t seed = 2024;
  random source{seed};
  replay_window window;
  std::set<std::uint64_t> accepted;
  std::uint64_t newest = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t jump = source.chance(0.001) ? source.below(20'000) : source.below(4);
    const std::uint64_t back = source.chance(0.5) ? source.below(5000) : 0;
    const std::uint64_t number = back > newest + jump ? 0 : newest + jump - back;
    const bool may = window.may_accept(packet_number{number});
    ASSERT_FALSE(may && accepted.contains(number)) << "seed " << seed;
    // Inside the promised window it is also exact the other way round.
    if (number + replay_window::size > newest) {
      ASSERT_EQ(may, !accepted.contains(number)) << "seed " << seed;
    }
    if (!may) continue;
    window.accept(packet_number{number});
    accepted.insert(number);
    newest = std::max(newest, number);
  }
}

}  // namespace
}  // namespace tern::proto

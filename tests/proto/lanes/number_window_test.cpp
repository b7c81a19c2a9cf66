#include "proto/lanes/number_window.hpp"

#include "proto/random.hpp"

#include <gtest/gtest.h>
#include <set>

namespace tern::proto {
namespace {

TEST(NumberWindow, TheFloorMovesOverWhatIsDone) {
  number_window window;
  window.insert(message_number{1});
  window.insert(message_number{2});
  EXPECT_EQ(window.floor(), message_number{0});
  window.insert(message_number{0});
  EXPECT_EQ(window.floor(), message_number{3});
  EXPECT_EQ(window.ranges_above_floor(), 0U);
}

TEST(NumberWindow, AgreesWithASetOfNumbers) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    random source{seed};
    number_window window;
    std::set<std::uint64_t> model;
    for (int step = 0; step < 400; ++step) {
      const std::uint64_t first = source.below(300);
      const std::uint64_t last = first + (source.chance(0.5) ? 0 : source.below(20));
      std::uint64_t expected = 0;
      for (std::uint64_t number = first; number <= last; ++number) expected += model.insert(number).second ? 1U : 0U;
      ASSERT_EQ(window.insert_range(first, last), expected) << "seed " << seed << " step " << step;
      for (std::uint64_t number = 0; number < 330; ++number)
        ASSERT_EQ(window.contains(message_number{number}), model.contains(number)) << "seed " << seed;
      std::uint64_t missing = first;
      while (model.contains(missing)) ++missing;
      ASSERT_EQ(window.first_missing(message_number{first}), message_number{missing}) << "seed " << seed;
    }
  }
}

TEST(NumberWindow, ARaisedFloorForgetsWhatIsBelow) {
  number_window window;
  window.insert(message_number{5});
  window.insert(message_number{6});
  window.insert(message_number{9});
  window.raise_floor(message_number{6});
  EXPECT_EQ(window.floor(), message_number{7});
  EXPECT_TRUE(window.contains(message_number{0}));
  EXPECT_FALSE(window.contains(message_number{7}));
  EXPECT_TRUE(window.contains(message_number{9}));
}

}  // namespace
}  // namespace tern::proto

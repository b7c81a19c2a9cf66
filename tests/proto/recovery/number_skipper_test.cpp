#include "proto/recovery/number_skipper.hpp"

#include "proto/random.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

class seeded_entropy : public entropy {
 public:
  explicit seeded_entropy(std::uint64_t seed) : source_(seed) {}
  void fill(mutable_byte_view out) override {
    for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(source_.next());
  }

 private:
  random source_;
};

TEST(NumberSkipper, SkipsNowAndThenByARandomDistance) {
  seeded_entropy source{7};
  number_skipper skipper{source};
  std::uint64_t since = 0;
  std::uint64_t skips = 0;
  std::uint64_t smallest = 1000;
  std::uint64_t largest = 0;
  for (int packet = 0; packet < 1'000'000; ++packet) {
    ++since;
    const std::uint64_t distance = skipper.before_packet(source);
    if (distance == 0) continue;
    ++skips;
    smallest = std::min(smallest, distance);
    largest = std::max(largest, distance);
    ASSERT_GE(since, number_skipper::gap_min);
    ASSERT_LE(since, number_skipper::gap_max);
    since = 0;
  }
  EXPECT_EQ(smallest, 1U);
  EXPECT_EQ(largest, number_skipper::distance_max);
  EXPECT_NEAR(static_cast<double>(skips), 1e6 / 575.5, 100);
}

}  // namespace
}  // namespace tern::proto

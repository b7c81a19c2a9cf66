#include "udp/system_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

TEST(SystemEntropy, NeverGivesTheSameTwice) {
  system_entropy source;
  EXPECT_NE(source.draw<16>(), source.draw<16>());
  EXPECT_NE(source.draw_u64(), source.draw_u64());
}

}  // namespace
}  // namespace tern::udp

// Promises of the four delivery modes, over bad links drawn from seeds.
#include "tests/sim/bad_link.hpp"
#include "tests/sim/delivery_story.hpp"

#include <gtest/gtest.h>
#include <iostream>

namespace tern::sim {
namespace {

client_maker behind_bad_links(std::uint64_t seed, bool print) {
  return [seed, print](world& virtual_world, random& source) {
    const auto up = draw_bad_link(source);
    const auto down = draw_bad_link(source);
    if (print) std::cout << "seed " << seed << " up: " << describe(up) << "\n     down: " << describe(down) << '\n';
    client_node& added = virtual_world.add_client(up, down);
    return virtual_world.connect(added, source.chance(0.5));
  };
}

TEST(DeliverySim, EveryModeKeepsItsPromiseOverBadLinks) {
  std::uint64_t deliveries = 0;
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    const outcome result = run(seed, behind_bad_links(seed, true));
    deliveries += result.deliveries;
    if (HasFatalFailure() || HasNonfatalFailure()) FAIL() << "seed " << seed;
  }
  std::cout << seeds() << " seeds, " << deliveries << " deliveries\n";
}

TEST(DeliverySim, TheSameSeedGivesTheSameTrace) {
  const auto trace = [](std::uint64_t seed) { return run(seed, behind_bad_links(seed, false)).trace; };
  for (const std::uint64_t seed : {3U, 17U, 42U}) EXPECT_EQ(trace(seed), trace(seed)) << seed;
  EXPECT_NE(trace(3), trace(4));
}

}  // namespace
}  // namespace tern::sim

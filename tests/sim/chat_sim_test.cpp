// Exactly once, in order, to everyone: whole clients, the relay, the network and the disk,
// over faults drawn from seeds (TERN_SIM_SEEDS of them, from TERN_SIM_FIRST on).
#include "tests/sim/chat/chat_story.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

namespace tern::sim {
namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* wanted = std::getenv(variable);
  return wanted == nullptr ? otherwise : std::strtoull(wanted, nullptr, 10);
}

TEST(ChatSim, EveryMessageIsCommittedOnceAndShownOnceInOrder) {
  const std::uint64_t first = number_from("TERN_SIM_FIRST", 1);
  const std::uint64_t seeds = number_from("TERN_SIM_SEEDS", 200);
  std::uint64_t said = 0;
  std::uint64_t shown = 0;
  std::uint64_t streams = 0;
  std::uint64_t switches = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    chat_story story{seed};
    std::cout << "seed " << seed << ": " << describe(story.plan()) << std::endl;
    story.run();
    said += story.world().judge().said_count();
    shown += story.world().judge().shown_count();
    streams += story.world().streams();
    switches += story.world().switches();
    if (HasFailure()) FAIL() << "seed " << seed << '\n' << story.told();
  }
  std::cout << seeds << " seeds, " << said << " messages, " << shown << " deliveries, " << streams << " streams, "
            << switches << " switches with the old connection alive\n";
}

TEST(ChatSim, TheSameSeedGivesTheSameTrace) {
  const auto trace = [](std::uint64_t seed) {
    chat_story story{seed};
    story.run();
    return story.world().trace();
  };
  for (const std::uint64_t seed : {2U, 5U, 11U}) EXPECT_EQ(trace(seed), trace(seed)) << seed;
  EXPECT_NE(trace(2), trace(3));
}

}  // namespace
}  // namespace tern::sim

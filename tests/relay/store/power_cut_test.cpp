// The power fails before each single write and sync of a run: whatever was acknowledged
// is there afterwards, once, in its place.
#include "tests/relay/store/acknowledged_run.hpp"

#include <cstdlib>
#include <iostream>

namespace tern::relay {
namespace {

std::uint64_t operations_of_a_run(durability level) {
  volatile_disk disk;
  EXPECT_EQ(run_on(disk, level).size(), messages_of_a_run);
  return disk.operations();
}

std::string cut_and_look(durability level, std::uint64_t before, double kept, std::uint64_t seed) {
  volatile_disk disk;
  disk.cut_before(before);
  const acknowledgements heard = run_on(disk, level);
  proto::random source{seed};
  disk.power_on(kept, source);
  return complaint(disk, heard, level);
}

// Rounds over all moments; more by TERN_POWER_CUT_ROUNDS, for a soak.
std::uint64_t rounds() {
  const char* asked = std::getenv("TERN_POWER_CUT_ROUNDS");
  return asked == nullptr ? 1 : std::stoull(asked);
}

TEST(PowerCut, NothingAcknowledgedIsLostOrTwiceAtAnyMoment) {
  const std::uint64_t operations = operations_of_a_run(durability::strict);
  std::uint64_t states = 0;
  for (std::uint64_t round = 0; round < rounds(); ++round) {
    for (std::uint64_t before = 0; before < operations; ++before) {
      for (const double kept : {0.0, 0.5, 0.9, 1.0}) {
        const std::uint64_t seed = round * 1'000'000 + before;
        ASSERT_EQ(cut_and_look(durability::strict, before, kept, seed), "")
            << "before operation " << before << ", kept " << kept << ", seed " << seed;
        ++states;
      }
    }
  }
  std::cout << states << " states after a power cut, " << operations << " moments\n";
}

// The relay is killed, so what it wrote is in the page cache still; the next one takes that for
// granted and acknowledges duplicates; and then the power fails.
TEST(PowerCut, NothingIsLostThatOnlyThePageCacheHadWhenTheRelayWasKilled) {
  const std::uint64_t operations = operations_of_a_run(durability::strict);
  for (std::uint64_t killed = 0; killed < operations; killed += 3) {
    volatile_disk disk;
    disk.cut_before(killed);
    run_on(disk);
    disk.start_process();
    const std::uint64_t cut = disk.operations() + killed % 40;
    disk.cut_before(cut);
    const acknowledgements heard = run_on(disk);
    proto::random source{killed};
    disk.power_on(0.0, source);
    ASSERT_EQ(complaint(disk, heard), "") << "killed before operation " << killed << ", cut before " << cut;
  }
}

// The test can fail: without the sync of each commit it does.
TEST(PowerCut, SeesThatRelaxedDurabilityLosesTheLastMoments) {
  const std::uint64_t operations = operations_of_a_run(durability::relaxed);
  std::uint64_t lossy = 0;
  for (std::uint64_t before = 0; before < operations; ++before) {
    const std::string found = cut_and_look(durability::relaxed, before, 0.0, before);
    lossy += found.empty() ? 0U : 1U;
    EXPECT_TRUE(found.empty() || found.find("lost") != std::string::npos ||
                found.find("not known") != std::string::npos)
        << "before operation " << before << ": " << found;
  }
  EXPECT_GT(lossy, operations / 10);
}

}  // namespace
}  // namespace tern::relay

#include "udp/listener/commit_memory.hpp"

#include <gtest/gtest.h>

namespace tern::udp {
namespace {

using state = commit_memory::state;

commit_memory::source from(std::uint8_t sender, std::uint8_t outbox = 0) {
  commit_memory::source source;
  source.sender.octets[0] = sender;
  source.outbox[0] = outbox;
  return source;
}

TEST(CommitMemory, AMessageIsFreshOnceThenPendingThenCommitted) {
  commit_memory memory;
  EXPECT_EQ(memory.on_message(from(1), 7).what, state::fresh);
  EXPECT_EQ(memory.on_message(from(1), 7).what, state::pending);
  memory.on_committed(from(1), 7, proto::log_position{42});
  const auto again = memory.on_message(from(1), 7);
  EXPECT_EQ(again.what, state::committed);
  EXPECT_EQ(again.position.value, 42U);
}

TEST(CommitMemory, SendersAndOutboxesDoNotMix) {
  commit_memory memory;
  memory.on_message(from(1, 1), 0);
  EXPECT_EQ(memory.on_message(from(2, 1), 0).what, state::fresh);
  EXPECT_EQ(memory.on_message(from(1, 2), 0).what, state::fresh);
}

TEST(CommitMemory, BelowTheFloorEverythingIsDecided) {
  commit_memory memory;
  memory.on_message(from(1), 3);
  memory.on_floor(from(1), 5);
  EXPECT_EQ(memory.on_message(from(1), 3).what, state::forgotten);
  EXPECT_EQ(memory.on_message(from(1), 5).what, state::fresh);
  memory.on_floor(from(1), 0);  // a floor never goes back
  EXPECT_EQ(memory.on_message(from(1), 4).what, state::forgotten);
}

TEST(CommitMemory, KeepsABoundedWindowOfCounters) {
  commit_memory memory;
  for (std::uint64_t i = 0; i <= commit_memory::counters_max; ++i) {
    EXPECT_EQ(memory.on_message(from(1), i).what, state::fresh);
  }
  EXPECT_EQ(memory.on_message(from(1), 0).what, state::forgotten);
  EXPECT_EQ(memory.on_message(from(1), 1).what, state::pending);
}

TEST(CommitMemory, TheOutboxThatWasLongestUnusedIsForgottenFirst) {
  commit_memory memory{2};
  memory.on_message(from(1), 0);
  memory.on_message(from(2), 0);
  memory.on_message(from(1), 0);
  memory.on_message(from(3), 0);
  EXPECT_EQ(memory.on_message(from(1), 0).what, state::pending);
  EXPECT_EQ(memory.on_message(from(2), 0).what, state::fresh);
}

TEST(CommitMemory, ACommitOfWhatIsForgottenIsNothing) {
  commit_memory memory;
  memory.on_committed(from(1), 1, proto::log_position{1});
  EXPECT_EQ(memory.on_message(from(1), 1).what, state::fresh);
}

}  // namespace
}  // namespace tern::udp

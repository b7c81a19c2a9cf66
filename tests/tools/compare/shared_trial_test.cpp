#include "tools/compare/run/shared_trial.hpp"

#include "tests/tools/compare/records.hpp"

#include <gtest/gtest.h>
#include <string>

namespace tern::compare {
namespace {

constexpr proto::time_point start{std::chrono::hours{1}};

workload four_messages() {
  workload work;
  work.messages = 4;
  work.lanes = 3;
  return work;
}

TEST(SharedTrial, KeepsTheFirstDeliveryAndCountsTheOthers) {
  const workload work = four_messages();
  shared_trial shared{work};
  shared.board().start = start.time_since_epoch().count();
  shared.on_delivered(2, start + ms(30));
  shared.on_delivered(0, start + ms(31));
  shared.on_delivered(2, start + ms(32));
  const auto messages = shared.messages(work);
  EXPECT_EQ(shared.board().delivered, 2U);
  EXPECT_EQ(messages[2].delivered, ms(30));
  EXPECT_EQ(messages[2].arrival, 0U);
  EXPECT_EQ(messages[2].extra_copies, 1U);
  EXPECT_EQ(messages[0].arrival, 1U);
  EXPECT_FALSE(messages[1].delivered);
  EXPECT_EQ(messages[3].lane, 0U);
}

TEST(SharedTrial, ANumberThatWasNeverSentIsIgnored) {
  const workload work = four_messages();
  shared_trial shared{work};
  shared.on_delivered(4, start);
  shared.on_delivered(std::uint64_t{1} << 60U, start);
  EXPECT_EQ(shared.board().delivered, 0U);
}

TEST(SharedTrial, TheFirstFailureIsTheOneThatCounts) {
  shared_trial shared{four_messages()};
  shared.fail(std::string(1000, 'x'));
  shared.fail("later");
  EXPECT_EQ(std::string{shared.board().failure.data()}, std::string(255, 'x'));
}

TEST(SharedTrial, MoreRepetitionsThanThereIsRoomForAreStillCounted) {
  shared_trial shared{four_messages()};
  for (std::size_t i = 0; i < repetitions_max + 10; ++i) shared.on_repetitions(2, start);
  const auto log = shared.repetitions();
  EXPECT_EQ(log.size(), repetitions_max);
  std::uint64_t packets = 0;
  for (const auto& each : log) packets += each.packets;
  EXPECT_EQ(packets, 2 * (repetitions_max + 10));
}

}  // namespace
}  // namespace tern::compare

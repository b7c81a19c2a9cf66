#include "tools/compare/run/schedule.hpp"

#include "tests/tools/compare/records.hpp"

#include <gtest/gtest.h>

namespace tern::compare {
namespace {

constexpr proto::time_point now{std::chrono::hours{1}};

workload three_messages() {
  workload work;
  work.messages = 3;
  work.interval = ms(10);
  return work;
}

proto::time_point start_of(const shared_trial& shared) {
  return proto::time_point{duration{shared.board().start.load()}};
}

TEST(Schedule, NothingIsDueBeforeItStarts) {
  const workload work = three_messages();
  shared_trial shared{work};
  schedule due{work, shared};
  EXPECT_FALSE(due.next_due(now));
  EXPECT_FALSE(due.next_deadline());
  due.start(now, ms(50));
  EXPECT_FALSE(due.next_due(now));
  EXPECT_GT(start_of(shared), now);
  EXPECT_EQ(due.next_deadline(), start_of(shared));
  EXPECT_EQ(shared.board().connecting, duration{ms(50)}.count());
}

TEST(Schedule, MessagesAreDueAtTheirTimesHoweverLateTheOnesBefore) {
  const workload work = three_messages();
  shared_trial shared{work};
  schedule due{work, shared};
  due.start(now, {});
  const auto start = start_of(shared);
  EXPECT_EQ(due.next_due(start), 0U);
  due.take(start);
  EXPECT_FALSE(due.next_due(start + ms(9)));
  EXPECT_EQ(due.next_deadline(), start + ms(10));
  // A sender that was held up catches up at once.
  EXPECT_EQ(due.next_due(start + ms(25)), 1U);
  due.take(start + ms(25));
  EXPECT_EQ(due.next_due(start + ms(25)), 2U);
  due.take(start + ms(25));
  EXPECT_FALSE(due.is_over());
  EXPECT_FALSE(due.next_due(start + ms(25)));
  EXPECT_TRUE(due.is_over());
  const auto messages = shared.messages(work);
  EXPECT_EQ(messages[1].scheduled, ms(10));
  EXPECT_EQ(messages[1].sent, ms(25));
}

TEST(Schedule, ASaturatingOneAlwaysHasAMessageUntilItsTimeIsUp) {
  workload work;
  work.saturating = ms(100);
  shared_trial shared{work};
  schedule due{work, shared};
  due.start(now, {});
  const auto start = start_of(shared);
  for (std::uint64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(due.next_due(start), i);
    due.take(start + ms(1));
  }
  EXPECT_FALSE(due.next_due(start + ms(100)));
  EXPECT_TRUE(due.is_over());
  const auto messages = shared.messages(work);
  ASSERT_EQ(messages.size(), 5U);
  EXPECT_EQ(messages[4].scheduled, ms(1));  // due when it was taken
}

TEST(Schedule, APayloadCarriesItsNumber) {
  proto::bytes payload(message_bytes_min);
  write_number(payload, 123'456'789'012U);
  EXPECT_EQ(read_number(payload), 123'456'789'012U);
}

}  // namespace
}  // namespace tern::compare

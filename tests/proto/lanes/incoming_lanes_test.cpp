#include "proto/lanes/incoming_lanes.hpp"

#include "tests/proto/seal/seeded_entropy.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr lane_id ordered{1, priority::interactive, delivery::reliable_ordered};
constexpr lane_id unordered{1, priority::interactive, delivery::reliable_unordered};
constexpr lane_id unreliable{1, priority::interactive, delivery::unreliable};
constexpr lane_id latest{1, priority::interactive, delivery::latest};

struct receiver {
  explicit receiver(const limits& bounds = {})
      : budget(bounds, keyed_hash::draw(source)), lanes(bounds, budget, address::v4(10, 0, 0, 1, 1)) {}

  tl::expected<void, close_code> message(lane_id lane, std::uint64_t number, std::uint64_t total, std::uint64_t offset,
                                         std::size_t length) {
    const bytes data(length, static_cast<std::uint8_t>(number));
    message_frame frame;
    frame.lane = lane;
    frame.number = message_number{number};
    frame.total = total;
    frame.offset = offset;
    frame.data = data;
    return lanes.on_message(frame, now);
  }
  tl::expected<void, close_code> whole(lane_id lane, std::uint64_t number, std::size_t size = 10) {
    return message(lane, number, size, 0, size);
  }
  tl::expected<void, close_code> skip(lane_id lane, std::uint64_t number, std::uint64_t charge) {
    return lanes.on_skip({lane, message_number{number}, charge});
  }
  std::vector<std::uint64_t> take() {
    std::vector<std::uint64_t> numbers;
    while (const auto message = lanes.poll()) numbers.push_back(message->number.value);
    return numbers;
  }

  test::seeded_entropy source{1};
  time_point now{1h};
  reassembly_budget budget;
  incoming_lanes lanes;
};

using numbers = std::vector<std::uint64_t>;

TEST(IncomingLanes, OrderedWaitsForTheHole) {
  receiver at;
  ASSERT_TRUE(at.whole(ordered, 1));
  EXPECT_FALSE(at.lanes.readable());
  ASSERT_TRUE(at.whole(ordered, 0));
  EXPECT_EQ(at.take(), (numbers{0, 1}));
  ASSERT_TRUE(at.whole(ordered, 0));
  ASSERT_TRUE(at.whole(ordered, 1));
  EXPECT_EQ(at.take(), numbers{});
  EXPECT_EQ(at.lanes.statistics().duplicates, 2U);
}

TEST(IncomingLanes, UnorderedWaitsForNothing) {
  receiver at;
  ASSERT_TRUE(at.whole(unordered, 5));
  ASSERT_TRUE(at.whole(unordered, 0));
  EXPECT_EQ(at.take(), (numbers{5, 0}));
}

TEST(IncomingLanes, LatestDropsWhatIsOlder) {
  receiver at;
  ASSERT_TRUE(at.whole(latest, 3));
  ASSERT_TRUE(at.whole(latest, 2));
  ASSERT_TRUE(at.whole(latest, 3));
  ASSERT_TRUE(at.whole(latest, 7));
  EXPECT_EQ(at.take(), (numbers{3, 7}));
}

TEST(IncomingLanes, UnreliableTakesEachNumberAtMostOnce) {
  receiver at;
  ASSERT_TRUE(at.whole(unreliable, 9));
  ASSERT_TRUE(at.whole(unreliable, 4));
  ASSERT_TRUE(at.whole(unreliable, 9));
  ASSERT_TRUE(at.whole(unreliable, 10'000));
  ASSERT_TRUE(at.whole(unreliable, 5)) << "too old to tell";
  EXPECT_EQ(at.take(), (numbers{9, 4, 10'000}));
}

TEST(IncomingLanes, SkipMovesTheOrderOn) {
  receiver at;
  ASSERT_TRUE(at.whole(ordered, 1));
  ASSERT_TRUE(at.skip(ordered, 0, 74));
  EXPECT_EQ(at.take(), (numbers{1}));
  ASSERT_TRUE(at.whole(ordered, 0)) << "a late copy of what was skipped";
  EXPECT_EQ(at.take(), numbers{});
}

TEST(IncomingLanes, SkipOfAPartGivesItsMemoryAndItsChargeBack) {
  limits bounds;
  bounds.credit_window_bytes_initial = 1000;
  receiver at{bounds};
  ASSERT_TRUE(at.message(ordered, 0, 900, 0, 100));
  EXPECT_EQ(at.lanes.held_bytes(), 100U);
  EXPECT_EQ(at.whole(ordered, 1, 100).error(), close_code::flow_control_error);
  ASSERT_TRUE(at.skip(ordered, 0, 964));
  EXPECT_EQ(at.lanes.held_bytes(), 0U);
  EXPECT_EQ(at.lanes.max_data_due(), 1964U);
}

TEST(IncomingLanes, SkipCannotMakeCreditOutOfNothing) {
  receiver at;
  ASSERT_TRUE(at.message(ordered, 0, 900, 0, 100));
  EXPECT_EQ(at.skip(ordered, 0, 100'000).error(), close_code::protocol_error);
  receiver other;
  ASSERT_TRUE(other.whole(ordered, 0));
  ASSERT_TRUE(other.skip(ordered, 0, 100'000)) << "of what was received: no effect";
  EXPECT_FALSE(other.lanes.max_data_due());
}

TEST(IncomingLanes, OverBudgetIsSaidBeforeAnythingChanges) {
  limits bounds;
  bounds.reassembly_bytes_connection_max = 1000;
  receiver at{bounds};
  ASSERT_TRUE(at.message(ordered, 0, 5000, 0, 900));
  const bytes data(200);
  message_frame frame;
  frame.lane = ordered;
  frame.number = message_number{0};
  frame.total = 5000;
  frame.offset = 900;
  frame.data = data;
  EXPECT_EQ(at.lanes.check(frame), admission::over_budget);
  EXPECT_EQ(at.lanes.held_bytes(), 900U);
  frame.data = byte_view{data}.first(100);
  EXPECT_EQ(at.lanes.check(frame), admission::accept);
}

TEST(IncomingLanes, AnUnreliableMessageThatStaysIncompleteIsGivenUp) {
  receiver at;
  ASSERT_TRUE(at.message(unreliable, 0, 2000, 0, 1000));
  ASSERT_TRUE(at.lanes.next_deadline());
  EXPECT_EQ(*at.lanes.next_deadline(), at.now + 5s);
  at.lanes.on_timeout(at.now + 5s);
  EXPECT_EQ(at.lanes.held_bytes(), 0U);
  EXPECT_FALSE(at.lanes.next_deadline());
}

TEST(IncomingLanes, UnreliableMessagesThatNobodyTakesAreBounded) {
  limits bounds;
  bounds.unreliable_queue_max = 3;
  receiver at{bounds};
  for (std::uint64_t number = 0; number < 10; ++number) ASSERT_TRUE(at.whole(unreliable, number));
  EXPECT_EQ(at.take().size(), 3U);
  EXPECT_EQ(at.lanes.statistics().unreliable_dropped, 7U);
}

TEST(IncomingLanes, ResetForgetsEverything) {
  receiver at;
  ASSERT_TRUE(at.whole(ordered, 0));
  ASSERT_TRUE(at.message(ordered, 1, 900, 0, 100));
  at.lanes.reset();
  EXPECT_FALSE(at.lanes.readable());
  EXPECT_EQ(at.lanes.held_bytes(), 0U);
  ASSERT_TRUE(at.whole(ordered, 0));
  EXPECT_EQ(at.take(), (numbers{0}));
}

}  // namespace
}  // namespace tern::proto

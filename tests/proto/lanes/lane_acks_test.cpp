// Acknowledging by lane, as streams do: when it is due, and what the sender makes of it.
#include "proto/lanes/lane_acks.hpp"

#include "proto/lanes/outgoing_lanes.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{1h};
constexpr lane_id chat{1, priority::interactive, delivery::reliable_ordered};
constexpr lane_id files{2, priority::bulk, delivery::reliable_unordered};
constexpr lane_id newest{3, priority::interactive, delivery::latest};

TEST(LaneAcks, AreDueAfterTheDelay) {
  lane_acks acks{5ms};
  EXPECT_FALSE(acks.has_news());
  acks.on_received(start, chat, false);
  acks.on_received(start + 3ms, files, false);
  EXPECT_TRUE(acks.has_news());
  EXPECT_EQ(acks.deadline(), start + 5ms);
  acks.on_timeout(start + 4ms);
  EXPECT_FALSE(acks.is_due());
  acks.on_timeout(start + 5ms);
  EXPECT_TRUE(acks.is_due());
  EXPECT_EQ(acks.deadline(), std::nullopt) << "a deadline that has passed must not wake anyone again";
}

TEST(LaneAcks, AMessageThatAsksIsAcknowledgedAtOnce) {
  lane_acks acks{5ms};
  acks.on_received(start, chat, true);
  EXPECT_TRUE(acks.is_due());
}

TEST(LaneAcks, EachLaneStandsOnceAndInTurn) {
  lane_acks acks{5ms};
  for (int i = 0; i < 3; ++i) {
    acks.on_received(start, chat, false);
    acks.on_received(start, files, false);
  }
  EXPECT_EQ(acks.front(), chat);
  acks.pop();
  EXPECT_EQ(acks.front(), files);
  acks.pop();
  EXPECT_FALSE(acks.has_news());
  EXPECT_EQ(acks.deadline(), std::nullopt);
}

TEST(LaneAcks, UnreliableLanesHaveNone) {
  lane_acks acks{5ms};
  acks.on_received(start, newest, true);
  EXPECT_FALSE(acks.has_news());
}

struct stream_sender {
  stream_sender() { lanes.on_max_data(10U << 20U); }
  void say(lane_id lane, std::size_t size, send_options options = {}) {
    ASSERT_TRUE(lanes.enqueue(lane, bytes(size), options, start));
  }
  void write(std::size_t room) {
    bytes payload(room);
    writer out{payload};
    std::vector<sent_item> items;
    lanes.fill(out, items);
  }
  std::vector<std::uint64_t> acked() {
    std::vector<std::uint64_t> tags;
    while (const auto event = lanes.poll_event())
      if (event->what == send_event::fate::acked) tags.push_back(event->tag);
    return tags;
  }
  outgoing_lanes lanes{limits{}, 1000};
};

TEST(LaneAcks, TellTheSenderWhatArrived) {
  stream_sender from;
  for (std::uint64_t tag = 1; tag <= 3; ++tag) from.say(chat, 10, {.deadline = {}, .tag = tag});
  from.write(1000);
  ASSERT_TRUE(from.lanes.on_lane_ack(chat, message_number{2}));
  EXPECT_EQ(from.acked(), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_FALSE(from.lanes.all_acked());
  ASSERT_TRUE(from.lanes.on_lane_ack(chat, message_number{2})) << "again, as after a SKIP of what had arrived";
  ASSERT_TRUE(from.lanes.on_lane_ack(chat, message_number{3}));
  EXPECT_EQ(from.acked(), (std::vector<std::uint64_t>{3}));
  EXPECT_TRUE(from.lanes.all_acked());
}

TEST(LaneAcks, OfWhatWasNeverSentAreRefused) {
  stream_sender from;
  const auto refused = tl::unexpected(close_code::ack_of_unsent);
  EXPECT_EQ(from.lanes.on_lane_ack(chat, message_number{0}), refused) << "a lane that never was";
  from.say(chat, 10);
  EXPECT_EQ(from.lanes.on_lane_ack(chat, message_number{1}), refused) << "a message that waits";
  from.write(1000);
  EXPECT_TRUE(from.lanes.on_lane_ack(chat, message_number{1}));
  EXPECT_EQ(from.lanes.on_lane_ack(chat, message_number{2}), refused);
  from.say(newest, 10);
  from.write(1000);
  EXPECT_EQ(from.lanes.on_lane_ack(newest, message_number{0}), refused) << "a lane that is not acknowledged";
}

TEST(LaneAcks, OfAMessageThatHasOnlyBegunToLeaveAreRefused) {
  stream_sender from;
  from.say(chat, 3000);
  from.write(1000);
  EXPECT_FALSE(from.lanes.on_lane_ack(chat, message_number{1}));
  EXPECT_TRUE(from.lanes.on_lane_ack(chat, message_number{0}));
  from.write(1000);
  from.write(1000);
  from.write(1000);
  EXPECT_TRUE(from.lanes.on_lane_ack(chat, message_number{1}));
  EXPECT_TRUE(from.lanes.all_acked());
}

TEST(LaneAcks, SettleSkipsToo) {
  stream_sender from;
  from.say(chat, 10, {.deadline = start + 1s, .tag = 1});
  from.write(1000);
  from.lanes.on_deadline(start + 1s);
  from.write(1000);  // SKIP
  EXPECT_FALSE(from.lanes.all_acked());
  ASSERT_TRUE(from.lanes.on_lane_ack(chat, message_number{1}));
  EXPECT_TRUE(from.lanes.all_acked());
  EXPECT_TRUE(from.acked().empty()) << "its fate was told when it expired";
}

}  // namespace
}  // namespace tern::proto

#include "proto/lanes/outgoing_lanes.hpp"

#include "proto/error.hpp"
#include "proto/packet/frame_decode.hpp"

#include <gtest/gtest.h>

namespace tern::proto {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t packet_bytes = 1171;
constexpr lane_id chat{1, priority::interactive, delivery::reliable_ordered};
constexpr lane_id bulk{2, priority::bulk, delivery::reliable_ordered};
constexpr lane_id control{0, priority::control, delivery::reliable_ordered};
constexpr lane_id newest{3, priority::interactive, delivery::latest};

struct packet {
  bytes payload;
  std::vector<sent_item> items;

  struct frames_of {
    std::vector<message_frame> messages;
    std::vector<skip_frame> skips;
    void operator()(const message_frame& frame) { messages.push_back(frame); }
    void operator()(const skip_frame& frame) { skips.push_back(frame); }
    template <class Frame>
    void operator()(const Frame&) {}
  };
  frames_of frames() const {
    frames_of found;
    EXPECT_TRUE(payload.empty() || decode_frames(payload, found));
    return found;
  }
};

struct sender {
  explicit sender(const limits& bounds = {}) : lanes(bounds, packet_bytes) { lanes.on_max_data(10U << 20U); }
  packet next(fill_scope scope = fill_scope::all) {
    packet made{bytes(packet_bytes), {}};
    writer out{made.payload};
    lanes.fill(out, made.items, scope);
    made.payload.resize(out.size());
    return made;
  }
  void say(lane_id lane, std::size_t size, send_options options = {}) {
    ASSERT_TRUE(lanes.enqueue(lane, bytes(size), options, now));
  }
  time_point now{1h};
  outgoing_lanes lanes;
};

TEST(OutgoingLanes, ControlGoesBeforeInteractiveBeforeBulk) {
  sender from;
  from.say(bulk, 10);
  from.say(chat, 10);
  from.say(control, 10);
  const packet made = from.next();
  const auto frames = made.frames();
  ASSERT_EQ(frames.messages.size(), 3U);
  EXPECT_EQ(frames.messages[0].lane, control);
  EXPECT_EQ(frames.messages[1].lane, chat);
  EXPECT_EQ(frames.messages[2].lane, bulk);
}

TEST(OutgoingLanes, BulkNeverStarves) {
  sender from;
  for (int i = 0; i < 100; ++i) from.say(bulk, 1000);
  int with_bulk = 0;
  for (int i = 0; i < 64; ++i) {
    for (int k = 0; k < 3; ++k) from.say(chat, 1000);
    const packet made = from.next();
    for (const auto& frame : made.frames().messages) with_bulk += frame.lane == bulk ? 1 : 0;
  }
  EXPECT_GE(with_bulk, 8);
}

TEST(OutgoingLanes, WhatWasLostGoesBeforeWhatIsNew) {
  sender from;
  from.say(chat, 1000);
  const packet first = from.next();
  from.say(chat, 1000);
  for (const auto& item : first.items) from.lanes.on_lost(item);
  EXPECT_EQ(from.next().frames().messages.at(0).number, message_number{0});
}

TEST(OutgoingLanes, AMessageThatFitsTheNextPacketIsNotCut) {
  sender from;
  from.say(chat, 800);
  from.say(chat, 800);
  EXPECT_EQ(from.next().frames().messages.size(), 1U);
  EXPECT_TRUE(from.next().frames().messages.at(0).is_whole());
}

TEST(OutgoingLanes, AMessageThatFillsAPacketIsCutWhenThePacketIsSmaller) {
  sender from;
  from.say(chat, packet_bytes - 30);
  packet made{bytes(600), {}};
  writer out{made.payload};
  EXPECT_TRUE(from.lanes.fill(out, made.items)) << "otherwise an ACK in every packet would stop it for ever";
}

TEST(OutgoingLanes, AFragmentThatIsLostCanBeCutAgain) {
  sender from;
  from.say(chat, 3000);
  const packet first = from.next();
  ASSERT_EQ(first.items.size(), 1U);
  from.lanes.on_lost(first.items[0]);
  bytes received;
  for (int i = 0; i < 20 && received.size() < std::get<sent_fragment>(first.items[0]).length; ++i) {
    packet made{bytes(300), {}};
    writer out{made.payload};
    from.lanes.fill(out, made.items);
    made.payload.resize(out.size());
    for (const auto& frame : made.frames().messages) {
      EXPECT_EQ(frame.offset, received.size());
      received.insert(received.end(), frame.data.begin(), frame.data.end());
    }
  }
  EXPECT_GE(received.size(), std::get<sent_fragment>(first.items[0]).length);
}

TEST(OutgoingLanes, AProbeThatHadRoomForAPartLeavesTheRestToBeSentAgain) {
  sender from;
  from.say(chat, 3000);
  const packet first = from.next();
  packet probe{bytes(300), {}};
  writer out{probe.payload};
  ASSERT_TRUE(from.lanes.repeat(out, first.items, probe.items));
  const auto repeated = std::get<sent_fragment>(probe.items.at(0));
  ASSERT_LT(repeated.length, std::get<sent_fragment>(first.items.at(0)).length);
  from.lanes.on_acked(probe.items.at(0));
  from.lanes.on_lost(first.items.at(0));
  const auto again = from.next().frames().messages.at(0);
  EXPECT_EQ(again.offset, repeated.length);
  EXPECT_EQ(again.offset + again.data.size(), std::get<sent_fragment>(first.items.at(0)).length);
}

TEST(OutgoingLanes, LatestReplacesWhatHasNotLeft) {
  sender from;
  send_options tagged;
  tagged.tag = 5;
  from.say(newest, 10, tagged);
  from.say(newest, 20);
  const auto event = from.lanes.poll_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->what, send_event::fate::replaced);
  EXPECT_EQ(event->tag, 5U);
  EXPECT_EQ(from.next().frames().messages.at(0).total, 20U);
  EXPECT_EQ(from.lanes.queued_bytes(), 0U);
}

TEST(OutgoingLanes, WithoutCreditNothingLeavesAndBlockedIsDue) {
  limits bounds;
  outgoing_lanes lanes{bounds, packet_bytes};
  ASSERT_TRUE(lanes.enqueue(chat, bytes(10), {}, time_point{1h}));
  std::vector<sent_item> items;
  bytes room(packet_bytes);
  writer out{room};
  EXPECT_FALSE(lanes.fill(out, items));
  EXPECT_EQ(lanes.blocked_due(), 0U);
  EXPECT_FALSE(lanes.has_sendable());
  lanes.on_max_data(74);
  EXPECT_TRUE(lanes.has_sendable());
  EXPECT_TRUE(lanes.fill(out, items));
}

TEST(OutgoingLanes, AnExpiredMessageThatNeverLeftLeavesNoHole) {
  sender from;
  send_options soon;
  soon.deadline = from.now + 10ms;
  soon.tag = 1;
  from.say(chat, 10, soon);
  from.say(chat, 20);
  from.now += 10ms;
  from.lanes.on_deadline(from.now);
  const packet made = from.next();
  EXPECT_TRUE(made.frames().skips.empty());
  EXPECT_EQ(made.frames().messages.at(0).number, message_number{0});
  EXPECT_EQ(made.frames().messages.at(0).total, 20U);
}

TEST(OutgoingLanes, AnExpiredMessageThatLeftIsSkippedUntilThatIsAcked) {
  sender from;
  send_options soon;
  soon.deadline = from.now + 10ms;
  soon.tag = 1;
  from.say(chat, 10, soon);
  from.next();
  from.now += 10ms;
  from.lanes.on_deadline(from.now);
  EXPECT_EQ(from.lanes.poll_event()->what, send_event::fate::expired);
  packet made = from.next();
  ASSERT_EQ(made.frames().skips.size(), 1U);
  EXPECT_EQ(made.frames().skips[0].charge, 74U);
  EXPECT_FALSE(from.lanes.all_acked());
  from.lanes.on_lost(made.items[0]);
  made = from.next();
  ASSERT_EQ(made.frames().skips.size(), 1U);
  from.lanes.on_acked(made.items[0]);
  EXPECT_TRUE(from.lanes.all_acked());
}

TEST(OutgoingLanes, QueuesAreBounded) {
  limits bounds;
  bounds.queued_messages_max = 3;
  bounds.lanes_max = 2;
  sender from{bounds};
  for (int i = 0; i < 3; ++i) from.say(chat, 1);
  EXPECT_EQ(from.lanes.enqueue(chat, bytes(1), {}, from.now).error(), make_error_code(errc::queue_full));
  from.say(bulk, 1);
  EXPECT_EQ(from.lanes.enqueue(control, bytes(1), {}, from.now).error(), make_error_code(errc::bad_lane));
}

TEST(OutgoingLanes, InteractiveScopeLeavesBulkAlone) {
  sender from;
  from.say(bulk, 10);
  EXPECT_TRUE(from.next(fill_scope::interactive).items.empty());
  EXPECT_EQ(from.next().items.size(), 1U);
}

TEST(OutgoingLanes, AnAckForOneCopySettlesTheMessage) {
  sender from;
  from.say(chat, 100);
  const packet first = from.next();
  packet second{bytes(packet_bytes), {}};
  writer out{second.payload};
  EXPECT_TRUE(from.lanes.repeat(out, first.items, second.items));
  from.lanes.on_acked(second.items[0]);
  EXPECT_TRUE(from.lanes.all_acked());
  from.lanes.on_lost(first.items[0]);
  EXPECT_FALSE(from.lanes.has_sendable()) << "the other copy has no business any more";
}

}  // namespace
}  // namespace tern::proto

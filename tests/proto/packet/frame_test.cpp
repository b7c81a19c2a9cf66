// Each frame by itself: its bounds, and what is refused.
#include "proto/packet/frame_decode.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/packet/header.hpp"

#include <gtest/gtest.h>
#include <string>
#include <variant>

namespace tern::proto {
namespace {
using std::chrono::microseconds;
using std::chrono::milliseconds;

using any_frame =
    std::variant<padding_frame, ping_frame, pong_frame, ack_frame, close_frame, path_challenge_frame,
                 path_response_frame, max_data_frame, blocked_frame, auth_frame, params_frame, reply_info_frame,
                 skip_frame, lane_ack_frame, token_frame, next_key_frame, message_frame>;

template <class Frame>
bytes encoded(const Frame& frame) {
  bytes out(70'000);
  writer into{out};
  EXPECT_TRUE(append(into, frame));
  EXPECT_EQ(into.size(), encoded_size(frame));
  out.resize(into.size());
  return out;
}

tl::expected<std::vector<any_frame>, frame_error> decoded(byte_view payload) {
  std::vector<any_frame> frames;
  const auto result = decode_frames(payload, [&](const auto& frame) { frames.emplace_back(frame); });
  if (!result) return tl::unexpected(result.error());
  return frames;
}

template <class Frame>
void expect_round_trip(const Frame& frame) {
  const bytes octets = encoded(frame);
  const auto back = decoded(octets);
  ASSERT_TRUE(back.has_value());
  ASSERT_EQ(back->size(), 1U);
  ASSERT_TRUE(std::holds_alternative<Frame>(back->front()));
  EXPECT_TRUE(std::get<Frame>(back->front()) == frame);
}

ack_frame ack_of(std::initializer_list<packet_range> ranges, duration delay = {}) {
  ack_frame frame;
  for (const packet_range range : ranges) frame.ranges.push_back(range);
  frame.largest = frame.ranges.front().last;
  frame.delay = delay;
  return frame;
}

packet_range range(std::uint64_t first, std::uint64_t last) { return {packet_number{first}, packet_number{last}}; }

message_frame whole(byte_view data) {
  return {
      lane_id{1, priority::interactive, delivery::reliable_ordered}, message_number{7}, data.size(), 0, data, false};
}

TEST(Frame, SimpleFramesComeBack) {
  expect_round_trip(ping_frame{{1, 2, 3, 4, 5, 6, 7, 8}});
  expect_round_trip(pong_frame{{8, 7, 6, 5, 4, 3, 2, 1}});
  expect_round_trip(path_challenge_frame{{1}});
  expect_round_trip(path_response_frame{{2}});
  expect_round_trip(max_data_frame{std::uint64_t{1} << 40});
  expect_round_trip(blocked_frame{63});
  auth_frame auth;
  auth.public_key.fill(1);
  auth.signature.fill(2);
  expect_round_trip(auth);
  expect_round_trip(reply_info_frame{{{1, 2, 3, 4, 5, 6, 7, 8}}, {9, 9}, early_verdict::not_taken});
  expect_round_trip(skip_frame{lane_id{5, priority::bulk, delivery::reliable_ordered}, message_number{4}, 164});
  const bytes token(token_bytes_max, 7);
  expect_round_trip(token_frame{token});
  next_key_frame next;
  next.relay_key.fill(3);
  expect_round_trip(next);
  expect_round_trip(lane_ack_frame{lane_id{5, priority::bulk, delivery::reliable_ordered}, message_number{4'000}});
}

TEST(Frame, TheTypeDecidesBetweenWholeAndFragment) {
  const bytes data(100, 0x61);
  message_frame message = whole(data);
  EXPECT_EQ(encoded(message)[0], 0x10);
  message.acknowledge_at_once = true;
  EXPECT_EQ(encoded(message)[0], 0x12);
  expect_round_trip(message);
  message.total = 5'000;
  message.offset = 4'900;
  EXPECT_EQ(encoded(message)[0], 0x13);
  expect_round_trip(message);
}

TEST(Frame, ATokenHasSomethingInItAndFitsAnInitial) {
  EXPECT_EQ(decoded(bytes{0x0e, 0}), tl::unexpected(frame_error::malformed));
  bytes long_token(2 + token_bytes_max + 1, 1);
  long_token[0] = 0x0e;
  long_token[1] = token_bytes_max + 1;
  EXPECT_EQ(decoded(long_token), tl::unexpected(frame_error::malformed));
}

TEST(Frame, AnEmptyMessageIsAMessage) { expect_round_trip(whole({})); }

TEST(Frame, FragmentsThatCannotBeAreRefused) {
  const auto refused = [](bytes octets) { return decoded(octets) == tl::unexpected(frame_error::malformed); };
  const std::uint8_t lane = 0x17;
  EXPECT_TRUE(refused({0x11, lane, 0, 10, 8, 3, 1, 2, 3})) << "past the end";
  EXPECT_TRUE(refused({0x11, lane, 0, 10, 8, 0})) << "empty";
  EXPECT_TRUE(refused({0x11, lane, 0, 3, 0, 3, 1, 2, 3})) << "whole in the clothes of a fragment";
  EXPECT_TRUE(refused({0x11, lane, 0, 3, 4, 1, 1})) << "begins past the end";
  EXPECT_FALSE(refused({0x11, lane, 0, 10, 7, 3, 1, 2, 3}));
}

TEST(Frame, ALaneOfAnUnknownClassIsRefused) {
  EXPECT_EQ(decoded(bytes{0x10, 0x1c, 0, 0}), tl::unexpected(frame_error::malformed));
  EXPECT_EQ(decoded(bytes{0x0c, 0x1c, 0, 0}), tl::unexpected(frame_error::malformed));
}

TEST(Ack, OneRange) { expect_round_trip(ack_of({range(3, 9)}, microseconds{1'234})); }

TEST(Ack, ManyRanges) {
  ack_frame frame;
  for (std::uint64_t i = ack_ranges_max; i > 0; --i) frame.ranges.push_back(range(1'000 * i, 1'000 * i + i));
  frame.largest = frame.ranges.front().last;
  expect_round_trip(frame);
}

TEST(Ack, GapsAreCountedAsRfc9000Says) {
  // Largest 9, delay 0, one more range, first range 9..8; gap 2 (three packets: 7, 6, 5); 4..3.
  EXPECT_EQ(encoded(ack_of({range(8, 9), range(3, 4)})), (bytes{0x03, 9, 0, 1, 1, 2, 1}));
}

TEST(Ack, ReachesPacketZero) { expect_round_trip(ack_of({range(5, 5), range(0, 3)})); }

TEST(Ack, RangesBelowZeroAreRefused) {
  const auto malformed = tl::unexpected(frame_error::malformed);
  EXPECT_EQ(decoded(bytes{0x03, 9, 0, 0, 10}), malformed) << "first range";
  EXPECT_EQ(decoded(bytes{0x03, 9, 0, 1, 1, 7, 0}), malformed) << "gap";
  EXPECT_EQ(decoded(bytes{0x03, 9, 0, 1, 1, 6, 1}), malformed) << "length";
  EXPECT_EQ(decoded(bytes{0x03, 1, 0, 1, 0, 0, 0}), malformed) << "no room for another range";
  EXPECT_TRUE(decoded(bytes{0x03, 9, 0, 1, 1, 6, 0}).has_value());
}

TEST(Ack, MoreThan32FurtherRangesAreRefused) {
  bytes octets{0x03, 0x43, 0xe8, 0, 33, 0};
  octets.resize(octets.size() + 66);
  EXPECT_EQ(decoded(octets), tl::unexpected(frame_error::malformed));
}

TEST(Ack, TheDelayIsInMicrosecondsAndClamped) {
  const auto delay_back = [](duration delay) {
    const bytes octets = encoded(ack_of({range(1, 1)}, delay));
    return std::get<ack_frame>(decoded(octets)->front()).delay;
  };
  EXPECT_EQ(delay_back(std::chrono::nanoseconds{1'999}), microseconds{1});
  EXPECT_EQ(delay_back(std::chrono::nanoseconds{-5}), duration{0});
  EXPECT_EQ(delay_back(std::chrono::hours{24}), ack_delay_max);
}

TEST(Close, TheReasonIsCutAtACharacter) {
  std::string reason(255, 'x');
  reason += "\xc3\xa9";  // one character of two octets across the limit
  const bytes octets = encoded(close_frame{5, reason});
  EXPECT_EQ(std::get<close_frame>(decoded(octets)->front()).reason, std::string(255, 'x'));
}

TEST(Close, AReasonThatIsNoTextIsLeftOutAndRefused) {
  EXPECT_EQ(encoded(close_frame{5, "\xff"}), (bytes{0x04, 5, 0}));
  EXPECT_EQ(decoded(bytes{0x04, 5, 1, 0xff}), tl::unexpected(frame_error::malformed));
}

TEST(Params, AllAndNone) {
  expect_round_trip(params_frame{});
  params_frame all;
  all.max_data = 524'288;
  all.max_ack_delay = microseconds{5'000};
  all.idle_timeout = milliseconds{60'000};
  all.message_bytes_max = 262'144;
  all.reassembly_bytes_max = 524'288;
  expect_round_trip(all);
}

TEST(Params, UnknownIdsAreIgnored) {
  const auto back = decoded(bytes{0x0a, 2, 0x3f, 3, 0xff, 0xff, 0xff, 1, 1, 9});
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(std::get<params_frame>(back->front()).max_data, 9U);
}

TEST(Params, RepeatedOrIllSizedEntriesAreRefused) {
  const auto malformed = tl::unexpected(frame_error::malformed);
  EXPECT_EQ(decoded(bytes{0x0a, 2, 1, 1, 9, 1, 1, 9}), malformed) << "twice";
  EXPECT_EQ(decoded(bytes{0x0a, 1, 1, 2, 9, 9}), malformed) << "longer than its value";
  EXPECT_EQ(decoded(bytes{0x0a, 1, 1, 0}), malformed) << "without a value";
  EXPECT_EQ(decoded(bytes{0x0a, 1, 3, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), malformed)
      << "a day at most";
  EXPECT_EQ(decoded(bytes{0x0a, 17}), malformed) << "too many";
}

TEST(Frames, PaddingIsOneFrameARunAndIsNotCounted) {
  bytes octets(1'000);
  writer into{octets};
  for (std::size_t i = 0; i < packet_frames_max; ++i) ASSERT_TRUE(append(into, max_data_frame{i}));
  EXPECT_FALSE(append(into, max_data_frame{1})) << "the packet's number of frames is used up";
  EXPECT_TRUE(append(into, padding_frame{into.remaining()}));
  const auto back = decoded(octets);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->size(), packet_frames_max + 1);
  EXPECT_EQ(std::get<padding_frame>(back->back()).length, 1'000 - 2 * packet_frames_max);
}

TEST(Frames, MoreThan64AreRefused) {
  bytes octets;
  for (std::size_t i = 0; i <= packet_frames_max; ++i) octets.insert(octets.end(), {0x07, 0});
  EXPECT_EQ(decoded(octets), tl::unexpected(frame_error::too_many_frames));
  octets.resize(octets.size() - 2);
  EXPECT_TRUE(decoded(octets).has_value());
}

TEST(Frames, UnknownTypesAreRefused) {
  for (const int type : {0x14, 0x20, 0x3f, 0x40, 0xff}) {
    EXPECT_EQ(decoded(bytes{static_cast<std::uint8_t>(type), 0, 0, 0, 0, 0, 0, 0, 0}),
              tl::unexpected(frame_error::unknown_type));
  }
}

TEST(Frames, APacketWithoutFramesIsRefused) { EXPECT_EQ(decoded({}), tl::unexpected(frame_error::malformed)); }

TEST(Frames, WhatDoesNotFitLeavesNothingBehind) {
  bytes small(8);
  writer into{small};
  EXPECT_FALSE(append(into, ping_frame{}));
  EXPECT_EQ(into.size(), 0U);
  EXPECT_FALSE(into.overflowed()) << "a smaller frame may still fit";
  EXPECT_TRUE(append(into, max_data_frame{1}));
}

TEST(MessageRoom, TakesTheWholeOrTheMostThatFits) {
  const lane_id lane{1, priority::interactive, delivery::reliable_ordered};
  for (const std::uint64_t total : {0U, 1U, 62U, 63U, 64U, 65U, 100U, 1'000U, 20'000U}) {
    for (std::size_t room = 0; room < 200; ++room) {
      for (const std::uint64_t offset : {std::uint64_t{0}, total / 2}) {
        const message_room fit = message_data_room(lane, message_number{70}, total, offset, room);
        std::size_t best = 0;
        bool any = false;
        for (std::size_t length = total == 0 ? 0 : 1; length <= total - offset; ++length) {
          if (message_header_size(lane, message_number{70}, total, offset, length) + length > room) continue;
          best = length;
          any = true;
        }
        ASSERT_EQ(fit.fits, any) << total << " at " << offset << " in " << room;
        ASSERT_EQ(fit.length, best) << total << " at " << offset << " in " << room;
      }
    }
  }
}

}  // namespace
}  // namespace tern::proto

// Properties of the frame codec over arbitrary packets: what is written comes back, a truncated packet is never
// taken for another one, and hostile octets either are refused or are exactly what we would have written.
#include "proto/packet/frame_decode.hpp"
#include "proto/packet/frame_encode.hpp"
#include "proto/packet/varint.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace tern::proto {
namespace {

std::uint64_t any_varint() {
  const auto bits = *rc::gen::inRange(1, 63);
  return *rc::gen::arbitrary<std::uint64_t>() & ((std::uint64_t{1} << bits) - 1);
}

template <std::size_t Size>
byte_array<Size> any_octets() {
  byte_array<Size> octets;
  for (auto& octet : octets) octet = *rc::gen::arbitrary<std::uint8_t>();
  return octets;
}

lane_id any_lane() {
  return lane_id{*rc::gen::inRange<std::uint64_t>(0, lane_id::index_max + 1),
                 static_cast<priority>(*rc::gen::inRange(0, 3)), static_cast<delivery>(*rc::gen::inRange(0, 4))};
}

ack_frame any_ack() {
  ack_frame frame;
  frame.largest.value = any_varint();
  frame.delay = std::chrono::microseconds{*rc::gen::inRange<std::int64_t>(0, 1'000'000)};
  std::uint64_t last = frame.largest.value;
  const auto count = *rc::gen::inRange<std::size_t>(1, ack_ranges_max + 1);
  while (frame.ranges.size() < count) {
    const std::uint64_t first = last - *rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(last, 300) + 1);
    frame.ranges.push_back({packet_number{first}, packet_number{last}});
    const std::uint64_t gap = *rc::gen::inRange<std::uint64_t>(2, 300);
    if (first < gap) break;
    last = first - gap;
  }
  return frame;
}

message_frame any_message(const bytes& data) {
  message_frame frame{any_lane(), {any_varint()}, data.size(), 0, data, *rc::gen::arbitrary<bool>()};
  if (data.empty() || *rc::gen::arbitrary<bool>()) return frame;
  frame.total = *rc::gen::inRange<std::uint64_t>(data.size() + 1, data.size() + 300'000);
  frame.offset = *rc::gen::inRange<std::uint64_t>(0, frame.total - data.size() + 1);
  return frame;
}

params_frame any_params() {
  params_frame frame;
  if (*rc::gen::arbitrary<bool>()) frame.max_data = any_varint();
  if (*rc::gen::arbitrary<bool>()) frame.max_ack_delay = std::chrono::microseconds{*rc::gen::inRange(0, 100'000)};
  if (*rc::gen::arbitrary<bool>()) frame.idle_timeout = std::chrono::milliseconds{*rc::gen::inRange(0, 1'000'000)};
  if (*rc::gen::arbitrary<bool>()) frame.message_bytes_max = any_varint() & message_total_max;
  if (*rc::gen::arbitrary<bool>()) frame.reassembly_bytes_max = any_varint();
  return frame;
}

// Appends a frame of an arbitrary kind, if it fits. `data` outlives the call only.
bool append_any(writer& out) {
  const bytes data = *rc::gen::arbitrary<bytes>();
  switch (*rc::gen::inRange(0, 14)) {
    case 0:
      return append(out, padding_frame{*rc::gen::inRange<std::size_t>(1, 20)});
    case 1:
      return append(out, ping_frame{any_octets<8>()});
    case 2:
      return append(out, pong_frame{any_octets<8>()});
    case 3:
      return append(out, any_ack());
    case 4:
      return append(out, close_frame{any_varint(), "going away \xe2\x80\x93 later"});
    case 5:
      return append(out, path_challenge_frame{any_octets<8>()});
    case 6:
      return append(out, path_response_frame{any_octets<8>()});
    case 7:
      return append(out, max_data_frame{any_varint()});
    case 8:
      return append(out, blocked_frame{any_varint()});
    case 9:
      return append(out, any_params());
    case 10:
      return append(out, reply_info_frame{
                             {any_octets<8>()}, any_octets<16>(), static_cast<early_verdict>(*rc::gen::inRange(0, 3))});
    case 11:
      return append(out, skip_frame{any_lane(), {any_varint()}, any_varint()});
    case 12:
      return append(out, lane_ack_frame{any_lane(), {any_varint()}});
    default:
      return append(out, any_message(data));
  }
}

bytes any_payload() {
  bytes payload(1'400);
  writer into{payload};
  append(into, max_data_frame{any_varint()});
  for (int left = *rc::gen::inRange(0, 12); left > 0; --left) append_any(into);
  payload.resize(into.size());
  return payload;
}

// What the decoder understood, written again. Precondition: `payload` decodes.
bytes written_again(byte_view payload) {
  bytes again(payload.size() + 16);
  writer into{again};
  const auto result = decode_frames(payload, [&](const auto& frame) { RC_ASSERT(append(into, frame)); });
  RC_ASSERT(result.has_value());
  again.resize(into.size());
  return again;
}

RC_GTEST_PROP(FrameProperties, WhatIsWrittenComesBack, ()) {
  const bytes payload = any_payload();
  RC_ASSERT(written_again(payload) == payload);
}

RC_GTEST_PROP(FrameProperties, ATruncatedPacketGivesItsWholeFramesOrNothing, ()) {
  const bytes payload = any_payload();
  for (std::size_t size = 1; size < payload.size(); ++size) {
    const byte_view cut = byte_view{payload}.first(size);
    if (!validate_frames(cut)) continue;
    const bytes again = written_again(cut);
    RC_ASSERT(std::ranges::equal(again, cut));
  }
}

// PARAMS is left out: entries with unknown ids are ignored, so they do not come back.
RC_GTEST_PROP(FrameProperties, HostileOctetsAreRefusedOrCanonical, ()) {
  bytes octets = any_payload();
  for (int flips = *rc::gen::inRange(1, 6); flips > 0; --flips) {
    octets[*rc::gen::inRange<std::size_t>(0, octets.size())] = *rc::gen::arbitrary<std::uint8_t>();
  }
  bool has_params = false;
  const auto look = [&](const auto& frame) {
    has_params |= std::is_same_v<std::decay_t<decltype(frame)>, params_frame>;
  };
  if (!decode_frames(octets, look) || has_params) return;
  RC_ASSERT(written_again(octets) == octets);
}

RC_GTEST_PROP(FrameProperties, ArbitraryOctetsNeverCrash, (bytes octets)) {
  const bool valid = validate_frames(octets).has_value();
  bool handled = true;
  std::size_t frames = 0;
  handled = decode_frames(octets, [&](const auto&) { ++frames; }).has_value();
  RC_ASSERT(valid == handled);
  RC_ASSERT(frames <= 2 * packet_frames_max + 1);
}

}  // namespace
}  // namespace tern::proto

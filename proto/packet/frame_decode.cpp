#include "proto/packet/frame_decode.hpp"

#include "proto/packet/header.hpp"
#include "proto/packet/param_id.hpp"
#include "proto/packet/varint.hpp"
#include "proto/utf8.hpp"

#include <algorithm>

namespace tern::proto {

namespace {
using std::chrono::microseconds;
using std::chrono::milliseconds;

lane_id take_lane(reader& in) {
  const std::uint64_t wire = in.varint();
  if (!lane_id::is_valid_wire(wire)) in.fail();
  return lane_id::from_wire(wire);
}

// RFC 9000 section 19.3.1: a range ends `gap + 2` below the one above it, and holds `length + 1` packets.
void take_range_below(reader& in, packet_range_list& ranges) {
  const std::uint64_t gap = in.varint();
  const std::uint64_t length = in.varint();
  const std::uint64_t above = ranges.back().first.value;
  if (in.failed() || above < 2 || gap > above - 2 || length > above - 2 - gap) return in.fail();
  const std::uint64_t last = above - 2 - gap;
  ranges.push_back({packet_number{last - length}, packet_number{last}});
}

// One PARAMS value in whole `unit`s, at most `maximum`.
void take_duration(reader& value, std::optional<duration>& field, duration unit, duration maximum) {
  const std::uint64_t count = value.varint_up_to(static_cast<std::uint64_t>(maximum / unit));
  field = unit * static_cast<duration::rep>(count);
}

// Whether the id is one we know and had already.
bool is_repeated(const params_frame& frame, std::uint64_t id) {
  switch (static_cast<param_id>(id)) {
    case param_id::max_data:
      return frame.max_data.has_value();
    case param_id::max_ack_delay:
      return frame.max_ack_delay.has_value();
    case param_id::idle_timeout:
      return frame.idle_timeout.has_value();
    case param_id::message_bytes_max:
      return frame.message_bytes_max.has_value();
    case param_id::reassembly_bytes_max:
      return frame.reassembly_bytes_max.has_value();
  }
  return false;
}

void take_param(std::uint64_t id, reader& value, params_frame& frame) {
  switch (static_cast<param_id>(id)) {
    case param_id::max_data:
      frame.max_data = value.varint();
      break;
    case param_id::max_ack_delay:
      take_duration(value, frame.max_ack_delay, microseconds{1}, params_max_ack_delay_max);
      break;
    case param_id::idle_timeout:
      take_duration(value, frame.idle_timeout, milliseconds{1}, params_idle_timeout_max);
      break;
    case param_id::message_bytes_max:
      frame.message_bytes_max = value.varint_up_to(message_total_max);
      break;
    case param_id::reassembly_bytes_max:
      frame.reassembly_bytes_max = value.varint();
      break;
    default:
      value.rest();
      break;  // a setting of a later day
  }
}
}  // namespace

void decode_fields(reader& in, padding_frame& frame) {
  const byte_view ahead = in.ahead();
  const auto end = std::ranges::find_if(ahead, [](std::uint8_t octet) { return octet != 0; });
  const auto zeros = static_cast<std::size_t>(end - ahead.begin());
  in.take(zeros);
  frame.length = 1 + zeros;
}

void decode_fields(reader& in, ping_frame& frame) { frame.data = in.take_array<8>(); }
void decode_fields(reader& in, pong_frame& frame) { frame.data = in.take_array<8>(); }
void decode_fields(reader& in, path_challenge_frame& frame) { frame.data = in.take_array<8>(); }
void decode_fields(reader& in, path_response_frame& frame) { frame.data = in.take_array<8>(); }
void decode_fields(reader& in, max_data_frame& frame) { frame.total = in.varint(); }
void decode_fields(reader& in, blocked_frame& frame) { frame.total = in.varint(); }

void decode_fields(reader& in, ack_frame& frame) {
  frame.largest.value = in.varint();
  frame.delay = microseconds{in.varint_up_to(static_cast<std::uint64_t>(ack_delay_max / microseconds{1}))};
  std::uint64_t more = in.varint_up_to(ack_ranges_max - 1);
  const std::uint64_t length = in.varint_up_to(frame.largest.value);
  if (in.failed()) return;
  frame.ranges.push_back({packet_number{frame.largest.value - length}, frame.largest});
  for (; more > 0 && !in.failed(); --more) take_range_below(in, frame.ranges);
}

void decode_fields(reader& in, close_frame& frame) {
  frame.code = in.varint();
  frame.reason = as_text(in.take_prefixed(close_reason_bytes_max));
  if (!is_valid_utf8(frame.reason)) in.fail();
}

void decode_fields(reader& in, auth_frame& frame) {
  frame.public_key = in.take_array<32>();
  frame.signature = in.take_array<64>();
}

void decode_fields(reader& in, params_frame& frame) {
  for (std::uint64_t left = in.varint_up_to(params_entries_max); left > 0 && !in.failed(); --left) {
    const std::uint64_t id = in.varint();
    reader value{in.take_prefixed(params_value_bytes_max)};
    if (in.failed() || is_repeated(frame, id)) return in.fail();
    take_param(id, value, frame);
    if (!value.complete()) in.fail();
  }
}

void decode_fields(reader& in, reply_info_frame& frame) {
  frame.relay_cid.octets = in.take_array<8>();
  frame.reset_token = in.take_array<16>();
  const std::uint8_t verdict = in.u8();
  if (verdict > static_cast<std::uint8_t>(early_verdict::not_taken)) return in.fail();
  frame.verdict = static_cast<early_verdict>(verdict);
}

void decode_fields(reader& in, skip_frame& frame) {
  frame.lane = take_lane(in);
  frame.number.value = in.varint();
  frame.charge = in.varint();
}

void decode_fields(reader& in, lane_ack_frame& frame) {
  frame.lane = take_lane(in);
  frame.next.value = in.varint();
}

void decode_fields(reader& in, token_frame& frame) {
  frame.token = in.take_prefixed(token_bytes_max);
  if (frame.token.empty()) in.fail();
}

void decode_fields(reader& in, next_key_frame& frame) { frame.relay_key = in.take_array<32>(); }

void decode_fields(reader& in, message_frame& frame, std::uint8_t type) {
  const bool fragment = (type & message_fragment_bit) != 0;
  frame.acknowledge_at_once = (type & message_acknowledge_bit) != 0;
  frame.lane = take_lane(in);
  frame.number.value = in.varint();
  if (fragment) {
    frame.total = in.varint_up_to(message_total_max);
    frame.offset = in.varint_up_to(frame.total);
  }
  frame.data = in.take_prefixed(message_total_max);
  if (!fragment) {
    frame.total = frame.data.size();
  } else if (frame.data.empty() || frame.is_whole() || frame.data.size() > frame.total - frame.offset) {
    in.fail();
  }
}

tl::expected<void, frame_error> validate_frames(byte_view payload) {
  return decode_frames(payload, [](const auto&) {});
}

}  // namespace tern::proto
